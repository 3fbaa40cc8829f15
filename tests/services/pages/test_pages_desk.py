"""The desk, the city's comparison and the inspector's pages: data, permissions, forms."""

import json
import re
from datetime import date

import pytest

from policies.access_errors import Stranger
from policies.visiting.checklist import ITEMS
from services.city.compare import comparison
from services.identity.demo_login import csrf_of
from services.views.draw_board import draw_board
from services.views.officers import officers_face
from services.views.record_form import form_of
from services.views.site_list import PAGE, SiteQuery, listing_data
from services.views.workbench import workbench

from .conftest import CITY, COUNTY, OTHER, Shown, Told
from .test_pages_roster import upload

PAGES = {
    "head": ["/desk", "/desk/sites", "/desk/officers", "/desk/officers/trainings",
             "/desk/officers/YS411721003", "/desk/officers?on=2025-12-31", "/desk/plan",
             "/desk/plan/print", "/desk/plan?year=2031", "/desk/draws",
             "/desk/draws/1", "/desk/visits", "/desk/visits?state=accepted", "/desk/journal",
             "/desk/journal?check=true&action=draw.freeze"],
    "keeper": ["/desk", "/desk/import", "/desk/import/template/sites", "/desk/import/template/officers",
               "/desk/sites.csv", "/desk/sites.json?stratum=special", "/desk/officers.csv",
               "/desk/officers.json"],
    "drawer": ["/desk", "/desk/draws", "/desk/draws/1"],
    "dispatcher": ["/desk", "/desk/draws/1"],
    "reviewer": ["/desk", "/desk/visits?state=recorded", "/desk/uploads", "/desk/notices"],
    "publisher": ["/desk", "/desk/notices", "/desk/uploads", "/desk/uploads/systems/credit-results",
                  "/desk/notices?period=2026Q1"],
}  # fmt: skip
CLOSED = {
    "head": ["/desk/import", "/field"],
    "keeper": ["/desk/visits", "/desk/journal", "/desk/notices", "/city"],
    "drawer": ["/desk/import", "/desk/visits", "/desk/uploads"],
    "inspector-01": ["/desk/sites", "/desk/officers", "/desk/journal", "/desk/import", "/city"],
}


@pytest.mark.parametrize("post", sorted(PAGES))
async def test_each_role_opens_its_pages(shown: Shown, post: str) -> None:
    async with shown.reader(f"{COUNTY}-{post}") as person:
        for path in PAGES[post]:
            answer = await person.get(path)
            assert answer.status_code == 200, (path, answer.text[:400])


@pytest.mark.parametrize("post", sorted(CLOSED))
async def test_each_role_is_kept_from_the_others(shown: Shown, post: str) -> None:
    async with shown.reader(f"{COUNTY}-{post}") as person:
        menu = (await person.get("/desk")).text
        for path in CLOSED[post]:
            assert (await person.get(path)).status_code == 403, path
            assert f'href="{path}"' not in menu


async def test_strangers_get_missing_and_the_public_a_login(shown: Shown) -> None:
    async with shown.reader() as anyone:
        assert (await anyone.get("/desk/sites")).status_code == 303
    async with shown.reader(f"{COUNTY}-head") as person:
        for path in ("/desk/sites", "/desk/officers", "/desk/draws/1", "/desk/journal", "/desk/sites.csv"):
            assert (await person.get(f"{path}?bureau={OTHER}")).status_code == 404, path
    async with shown.reader(f"{CITY}-auditor") as auditor:
        assert (await auditor.get(f"/desk/draws/1?bureau={COUNTY}")).status_code == 200
        assert (await auditor.get(f"/desk/sites?bureau={OTHER}")).status_code == 404


async def test_the_workbench_knows_what_waits(told: Told) -> None:
    found = {}
    for post in ("reviewer", "publisher", "head", "keeper"):
        async with told.app.work(told.desk(COUNTY, post)) as work:
            found[post] = await workbench(work)
    assert {t.id: t.count for t in found["reviewer"].todos} == {"review": 1, "upload": 2, "publish": 1}
    assert "publish" in {t.id for t in found["publisher"].todos}
    (line,) = found["head"].draws
    assert line.progress.done == 3 and line.progress.states["published"] == 1
    window = found["head"].window
    assert window and str(window.period) == "2026Q2" and not window.open and window.left > 40
    assert found["keeper"].todos == ()
    assert found["head"].missed is None and found["head"].voided == ()
    async with told.app.work(told.desk(OTHER, "head")) as work:
        other = await workbench(work)
    assert str(other.missed) == "2026Q1" and other.voided == (1,)
    clock = found["reviewer"].clocks
    assert list(clock) == sorted(clock, key=lambda c: c.due)


async def test_the_roster_is_queried_and_paged_by_key(told: Told) -> None:
    async with told.app.work(told.desk(COUNTY, "head")) as work:
        first = await listing_data(work, SiteQuery.of(work, "", {}), "")
        second = await listing_data(work, first.query, first.next)
        special = await listing_data(
            work, SiteQuery.of(work, "", {"stratum": "special", "status": "nonsense"}), ""
        )
        one = await listing_data(work, SiteQuery.of(work, "", {"q": first.rows[0].code}), "")
        odd = await listing_data(work, SiteQuery.of(work, "", {"q": "100%_\\'--"}), "")
        with pytest.raises(Stranger):
            await listing_data(work, SiteQuery.of(work, OTHER, {}), "")
    assert len(first.rows) == PAGE and first.rows[-1].code < second.rows[0].code
    assert special.query.status == "" and all(site.special for site in special.rows)
    assert [site.code for site in one.rows] == [first.rows[0].code] and odd.rows == ()


async def test_exports_leave_persons_out_and_run_no_formula(shown: Shown) -> None:
    async with shown.reader(f"{COUNTY}-keeper") as keeper:
        table = (await keeper.get("/desk/sites.csv")).content.decode("utf-8-sig")
        rows = json.loads((await keeper.get("/desk/sites.json?stratum=key")).content)["rows"]
        people = json.loads((await keeper.get("/desk/officers.json")).content)["rows"]
    label, number, heading, *lines = table.splitlines()
    assert "不得外传" in label and f"{COUNTY}-E" in number and "领取人" in number
    assert "污染源编码" in heading and "联系人" not in heading and "电话" not in heading
    assert len(lines) > 1000 and not any(cell.startswith(("=", "+", "@")) for cell in lines)
    assert rows and not {"phone", "contact", "legal_person"} & rows[0].keys()
    assert people and "person" not in people[0] and "recusals" not in people[0]


async def test_officers_are_marked_where_attention_is_needed(told: Told) -> None:
    async with told.app.work(told.desk(COUNTY, "head")) as work:
        face = await officers_face(work, COUNTY)
    marks = {line.valid.level for line in face.lines}
    assert "expired" in marks and "" in marks
    expired = {line.officer.certificate for line in face.lines if line.officer.valid_until < face.on}
    assert expired == {x.officer.certificate for x in face.lines if x.valid.level == "expired"}


async def test_a_board_lists_what_is_proven(told: Told) -> None:
    async with told.app.work(told.desk(COUNTY, "drawer")) as work:
        board = await draw_board(work, COUNTY, 1)
    checks = {check.id: check.done for check in board.checks}
    assert checks == dict.fromkeys(checks, True) | {"opened": False}
    assert [c.role for c in board.commits] == ["platform", "bureau", "witness"]
    assert sum(day.count for day in board.days) == board.progress.total
    assert not board.finished


async def test_a_district_without_a_draw_is_missing_not_zero(told: Told) -> None:
    async with told.app.work(told.desk(CITY, "auditor")) as work:
        data = await comparison(work, "2026Q1")
    own, county = data.lines
    assert own.code == CITY and own.drawn is None and own.required is None
    assert county.drawn and county.drawn >= (county.required or 0) and county.done == 3
    assert county.published == 1 and data.totals["drawn"] == county.drawn
    async with told.app.work(told.desk("150200", "auditor")) as work:
        (_, void) = (await comparison(work, "2026Q1")).lines
    assert void.drawn is None and void.voids == 1


async def test_city_exports(shown: Shown) -> None:
    async with shown.reader(f"{CITY}-auditor") as auditor:
        assert "没有抽取" in (await auditor.get("/city?period=2026Q1")).text
        rows = (await auditor.get("/city.json?period=2026Q1")).json()["rows"]
        table = (await auditor.get("/city.csv?period=2026Q1")).text
    assert [row["drawn"] is None for row in rows] == [True, False] and "西平" in table


async def test_an_inspector_sees_only_own_tasks_from_their_day(told: Told, shown: Shown) -> None:
    number = int(told.inspector.subject.rsplit("-", 1)[1])
    async with shown.reader(f"{COUNTY}-inspector-{number:02d}") as person:
        page = await person.get("/field")
        stranger = await person.get(f"/field/tasks/{COUNTY}/1/0")
        other = await person.get(f"/field/tasks/{OTHER}/1/0")
    assert page.status_code == 200 and "已完成" in page.text
    assert stranger.status_code in (200, 404) and other.status_code == 404


async def test_a_record_form_comes_back_with_what_was_typed(told: Told, shown: Shown) -> None:
    found = await _someone_with_a_task(told, shown)
    async with shown.reader(found[0]) as person:
        form = await person.get(found[1])
        assert form.status_code == 200 and "checked" not in form.text  # nothing is answered in advance
        data = {
            "csrf_token": csrf_of(form),
            "started_at": "2026-01-05T09:00",
            "ended_at": "2026-01-05T10:00",
            "narrative": "现场查看<b>设施</b>",
            f"answer.{ITEMS[0].id}": "fine",
            "result": "none_found",
        }
        answer = await person.post(found[1], data=data)
    assert answer.status_code == 422 and 'role="alert"' in answer.text
    assert "现场查看&lt;b&gt;设施" in answer.text and answer.text.count(" checked") == 2


async def _someone_with_a_task(told: Told, shown: Shown) -> tuple[str, str]:
    for number in range(1, 31):
        async with shown.reader(f"{COUNTY}-inspector-{number:02d}") as person:
            links = re.findall(r'href="(/field/tasks/[^"]+)"', (await person.get("/field")).text)
        if links:
            return f"{COUNTY}-inspector-{number:02d}", links[0]
    raise AssertionError("nobody has an open task")


def test_a_form_becomes_a_visit() -> None:
    item = ITEMS[0].id
    data = {
        "started_at": "2026-01-05T09:00", "ended_at": "2026-01-05T10:00", "present": ["A1", "A2"],
        f"answer.{item}": "fault", f"words.{item}": " 未运行 ", f"measures.{item}": "恢复运行",
        f"due.{item}": "2026-02-05", "result": "pending", "narrative": "见问题",
        "lon": "114.02", "lat": "33.38", "accuracy": "8",
    }  # fmt: skip
    form = form_of(data)
    assert form.present == ("A1", "A2") and form.answers == {item: ("fault", "未运行")}
    assert form.orders[0].due == date(2026, 2, 5) and form.fix and form.fix.accuracy == 8
    assert form.started_at.utcoffset() is not None
    assert form_of(data | {"present": "A1"}).present == ("A1",)


@pytest.mark.parametrize(
    "wrong", [{"started_at": "x"}, {"ended_at": ""}, {"lon": "east"}, {"due." + ITEMS[0].id: "soon"}]
)
def test_a_form_that_cannot_be_read_names_the_field(wrong: dict[str, str]) -> None:
    data = {
        "started_at": "2026-01-05T09:00", "ended_at": "2026-01-05T10:00", "lat": "33", "lon": "114",
        "accuracy": "5", f"answer.{ITEMS[0].id}": "fault", f"due.{ITEMS[0].id}": "2026-02-05",
    }  # fmt: skip
    with pytest.raises(Exception) as caught:
        form_of(data | wrong)
    assert type(caught.value).__name__ == "RecordRefused"


async def test_imports_report_rows_cells_and_give_the_refused_rows_back(told: Told, shown: Shown) -> None:
    good = (told.app.home.rosters / f"{COUNTY}-officers.xlsx").read_bytes()
    bad = "姓名,执法证号,单位,有效期至,主办,在编在岗\n甲,,中队,2026-13-01,是,是\n".encode("utf-8-sig")
    async with shown.reader(f"{COUNTY}-keeper") as keeper:
        again = await upload(keeper, good, "o.xlsx", "officers")
        refused = await upload(keeper, bad, "坏.csv", "officers")
        broken = await upload(keeper, b"PK\x03\x04", "x.xlsx")
        link = re.search(r'href="(/desk/import/refused/[^"]+)"', refused.text)
        assert again.status_code == 200 and "导入不会改动任何内容" in again.text
        assert "没有一行合格" in refused.text and "B2" in refused.text and "/take" not in refused.text
        assert broken.status_code == 422 and 'role="alert"' in broken.text
        assert link and (await keeper.get(link[1])).content[:2] == b"PK"
    async with shown.reader(f"{OTHER}-keeper") as stranger:
        assert (await stranger.get(link[1])).status_code == 404
