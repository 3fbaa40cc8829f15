"""Official documents: readable as text, the same bytes for the same data, for those who may read the page."""

import json
import re
from datetime import UTC, datetime, timedelta

import pypdfium2
import pytest

from services.documents import KINDS, typeset
from services.documents.errors import NoFonts
from services.documents.setting import FOLDER
from tests.services.pages.conftest import COUNTY, OTHER, Shown

AT = datetime(2026, 4, 1, tzinfo=UTC)
HOSTILE = '#read("/etc/passwd") $x$ *甲* _乙_ `丙` @丁 <戊> \\ // [己] #{ "庚" }'


def words_of(data: bytes) -> str:
    """All text of a PDF, without breaks."""
    book = pypdfium2.PdfDocument(data)
    return re.sub(r"\s+", "", "".join(page.get_textpage().get_text_range() for page in book))


def row(name: str = "甲厂") -> dict[str, object]:
    return {"name": name, "code": "1", "day": "2026-01-05", "result": "未发现问题", "found": []}


def results(*rows: dict[str, object]) -> dict[str, object]:
    return {"issuer": "某局", "year_of": "2026", "period": "2026Q1", "day": "2026-04-01", "marks": [],
            "rows": list(rows), "basis": []}  # fmt: skip


async def test_what_people_typed_is_only_text() -> None:
    paper = await typeset("results", results(row(HOSTILE)), AT)
    assert re.sub(r"\s+", "", HOSTILE) in words_of(paper.data)


async def test_the_same_data_gives_the_same_bytes_and_other_data_others() -> None:
    first, again = [await typeset("results", results(row()), AT, link="https://a.example/b") for _ in "12"]
    assert first.sha256 == again.sha256 and first.data.startswith(b"%PDF-")
    for other in (results(row("乙厂")), results(row(), row())):
        assert (await typeset("results", other, AT, link="https://a.example/b")).sha256 != first.sha256
    assert (await typeset("results", results(row()), AT + timedelta(days=1))).sha256 != first.sha256


async def test_it_is_for_keeping_with_its_fonts_inside() -> None:
    data = (await typeset("results", results(row()), AT)).data
    assert b"pdfaid:part>2" in data and b"pdfaid:conformance>U" in data
    page = pypdfium2.PdfDocument(data)[0]
    assert [round(one / 72 * 25.4) for one in page.get_size()] == [210, 297]
    assert {one.get_font().is_embedded for one in page.get_objects() if hasattr(one, "get_font")} == {True}


async def test_without_a_chinese_font_nothing_is_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.documents.setting.FONTS", {"body": ("没有这种字体",)})
    with pytest.raises(NoFonts, match="没有可用的中文字体"):
        await typeset("results", results(row()), AT)


def test_every_kind_has_its_template() -> None:
    assert {path.stem for path in FOLDER.glob("*.typ")} == {*KINDS, "page"}


def test_no_template_reaches_outside() -> None:
    for path in FOLDER.glob("*.typ"):
        found = re.findall(r'(?:import|include|image|read|plugin)\s*\(?\s*"([^"]*)"', path.read_text())
        assert set(found) <= {"page.typ"}, path.name


async def test_a_record_is_a_marked_copy_and_its_order_bears_no_mark(shown: Shown) -> None:
    async with shown.reader(f"{COUNTY}-head") as head:
        listing = (await head.get("/desk/visits?period=2026Q1")).text
        papers = {}
        for visit in set(re.findall(r'href="(/desk/visits/[0-9a-f-]{36})"', listing)):
            page = (await head.get(visit)).text
            for path in re.findall(rf'href="({visit}/(?:document|order))"', page):
                papers[path] = await head.get(path)
        assert "/desk/visits/archive?period=2026Q1" in listing
        papers["/desk/visits/archive?period=2026Q1"] = index = await head.get(
            "/desk/visits/archive?period=2026Q1"
        )
        said = words_of(index.content)
        offered = re.search(r'href="(/desk/visits/print\?[^"]*what=records[^"]*)">[^<]*（(\d+) 份', listing)
        assert offered
        path = offered[1].replace("&amp;", "&")
        papers[path] = many = await head.get(path)
        assert words_of(many.content).count("记录指纹") == int(offered[2])
        assert (await head.get(path.replace("part=1", "part=9"))).status_code == 404
        ordered = "what=orders" in listing  # what is found is drawn by lot, too
        orders = await head.get(path.replace("records", "orders"))
        assert orders.status_code == (200 if ordered else 404)
        assert (await head.get("/desk/visits/print?what=x")).status_code == 404
        assert "存档索引" in said and "导出编号" in said and re.search(r"共\d+份记录", said)
        records = [one for path, one in papers.items() if path.endswith("document")]
        assert records and all(one.status_code == 200 for one in papers.values())
        text = words_of(records[0].content)
        assert "导出编号" in text and "记录指纹" in text and "检查人员签名" in text
        for path, one in papers.items():
            if path.endswith("order"):
                assert "导出编号" not in words_of(one.content) and "责令改正决定书" in words_of(one.content)
    async with shown.reader(f"{COUNTY}-drawer") as drawer:
        for path in papers:
            assert (await drawer.get(path)).status_code in (403, 404)


async def test_the_papers_of_the_desk_say_what_its_pages_say(shown: Shown) -> None:
    async with shown.reader(f"{COUNTY}-head") as head:
        plan = await head.get("/desk/plan/document?year=2026")
        assert plan.headers["content-type"] == "application/pdf" and plan.headers["etag"]
        text = words_of(plan.content)
        assert "2026年度污染源双随机抽查计划" in text and "依据" in text and "模拟" in text
        again = await head.get(
            "/desk/plan/document?year=2026", headers={"if-none-match": plan.headers["etag"]}
        )
        assert (again.status_code, again.content) == (304, b"")
        minutes = words_of((await head.get(f"/desk/minutes/{COUNTY}/1/document")).content)
        assert "抽取纪要" in minutes and "清单指纹" in minutes
        assert (await head.get("/desk/plan/document?year=2031")).status_code == 404
        assert (await head.get(f"/desk/minutes/{COUNTY}/99/document")).status_code == 404
        page = (await head.get("/desk/plan?year=2026")).text
        letters = re.findall(r'href="(/desk/filings/document[^"]+)"', page)
        letter = await head.get(letters[0].replace("&amp;", "&"))
        assert "特此函报" in words_of(letter.content)
    async with shown.reader(f"{COUNTY}-publisher") as publisher:
        preview = await publisher.get("/desk/notices/preview/document?what=results&value=2026Q1")
        assert preview.status_code in (200, 404)
        odd = await publisher.get("/desk/notices/preview/document?what=x&value=y")
        assert odd.status_code == 422
    async with shown.reader(f"{OTHER}-head") as stranger:
        for path in (f"/desk/minutes/{COUNTY}/1/document", f"/desk/plan/document?year=2026&bureau={COUNTY}"):
            assert (await stranger.get(path)).status_code == 404


async def test_a_published_notice_has_its_paper_and_a_person_finds_no_name_in_it(shown: Shown) -> None:
    async with shown.reader() as anyone:
        listing = (await anyone.get(f"/b/{COUNTY}/notices?kind=draw")).text
        (found, *_) = re.findall(rf'href="(/b/{COUNTY}/notices/[0-9a-f-]{{36}})"', listing)
        assert f"{found}/document" in (await anyone.get(found)).text
        paper = await anyone.get(f"{found}/document")
        text = words_of(paper.content)
        assert "结果根" in text and "模拟" in text and "演示・" not in text
        assert (
            await anyone.get(f"{found[:-36]}{'0' * 8}-0000-4000-8000-{'0' * 12}/document")
        ).status_code == 404
        assert json.dumps("模拟人员") not in text
