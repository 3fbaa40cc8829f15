"""What the public sees, as data and over HTTP."""

import json
import re
from datetime import date

import pytest

from policies.errors import Missing
from policies.terms import Period
from services.portal.bureau import overview_data, published_plans, rules_data
from services.portal.draws import draw_data, listing_data
from services.portal.home import front_data
from services.portal.log import log_data
from services.portal.notices import listing_data as notices_data
from services.portal.notices import notice_data
from services.web.errors import BadRequest
from tenants.stores import sites

from .conftest import CITY, COUNTY, OTHER, Shown, Told

Q1 = Period(2026, 1)
PATHS = [
    "/", "/?period=2026Q1", f"/b/{COUNTY}", f"/b/{CITY}", "/b/410000", f"/b/{COUNTY}/rules",
    "/b/150200/rules",
    f"/b/{COUNTY}/plan/2026", f"/b/{COUNTY}/plan/2031", f"/b/{COUNTY}/draws", f"/b/{COUNTY}/draws/1",
    f"/b/{OTHER}/draws/1", f"/b/{COUNTY}/notices", f"/b/{COUNTY}/notices?kind=draw", "/verify", "/log",
    f"/b/{COUNTY}/organisation", f"/b/{CITY}/organisation", "/b/410000/key-list",
]  # fmt: skip


async def test_the_front_page_counts_what_was_drawn_and_published(told: Told) -> None:
    async with told.app.portal.public() as db:
        front = await front_data(told.app, db, Q1)
    lines = {line.code: line for line in front.lines}
    assert [line.depth for line in front.lines] == [0, 1, 2, 0, 1, 2]
    assert front.drawn == lines[COUNTY].drawn and front.published == 1 and front.bureaus == 1
    assert lines[OTHER].drawn is None and lines[OTHER].draws[0].state == "void"  # void: told, not counted
    assert {row.kind for row in front.notices} >= {"plan", "draw", "result"}


async def test_an_empty_present_quarter_gives_way_to_the_newest_with_a_draw(told: Told) -> None:
    async with told.app.portal.public() as db:
        assert (await front_data(told.app, db, Period(2026, 2))).period == Q1
        assert (await front_data(told.app, db, Period(2026, 2), "2027Q4")).period == Q1


async def test_a_bureau_shows_plan_draws_and_the_next_window(told: Told) -> None:
    async with told.app.portal.public() as db:
        data = await overview_data(db, db, told.app.book, COUNTY, date(2026, 1, 6))
    assert [b.code for b in data.face.above] == ["410000", "411700"]
    assert data.draws[0].draw_no == 1 and data.published == {1: 1}
    assert data.coming and data.coming.period == Period(2026, 2) and data.coming.first < data.coming.last
    assert data.coming.first.month == 3


async def test_every_number_of_the_plan_has_a_rule_and_a_citation(told: Told) -> None:
    async with told.app.portal.public() as db:
        (plan,) = await published_plans(db, COUNTY, 2026)
        assert await published_plans(db, COUNTY, 2031) == ()
    assert [row.stratum for row in plan.rows] == ["special", "key", "general"]
    assert all(row.rule and row.basis["text"] and row.basis["clause"] for row in plan.rows)
    assert all(cell and cell.why and cell.number >= cell.minimum for row in plan.rows for cell in row.cells)
    key = plan.rows[1]
    assert key.raised and key.total == key.size  # 20 % a quarter, raised to cover the year
    assert any("全年" in str(w["zh"]) for w in plan.warnings)
    assert sum(plan.quarters) == plan.total == sum(row.total for row in plan.rows)
    assert {bar.series for bar in plan.chart.bars} == {"special", "key", "general"}


async def test_rules_carry_sentence_or_mark_and_dates(told: Told) -> None:
    async with told.app.portal.public() as db:
        face, (own,) = await rules_data(db, told.app.book, COUNTY, date(2026, 1, 6))
        _, over = await rules_data(db, told.app.book, "150200", date(2026, 1, 6))
    rows = {row.key: row for group in own.groups for row in group.rows}
    assert face.code == COUNTY and rows["rate.key"].basis.sentence.startswith("每季度至少")
    assert rows["rate.key"].floors and own.warnings
    for row in rows.values():
        assert row.basis.sentence or row.basis.mark != "quoted"
        assert row.basis.effective and row.basis.checked_on
    assert [one.subject for one in over] == ["150200", OTHER]


async def test_a_drawn_draw_shows_numbers_and_what_is_sealed(told: Told) -> None:
    async with told.app.portal.public() as db:
        _, draw = await draw_data(db, db, COUNTY, 1)
        with pytest.raises(Missing):
            await draw_data(db, db, COUNTY, 99)
    assert [row.id for row in draw.strata] == ["special", "key", "general"]
    assert all(row.least <= row.take <= row.size and row.rule["clause"] for row in draw.strata)
    assert len(draw.m) == len(draw.z) == 64 and len(draw.evidence["digits"]) == 20
    assert [row.kind for row in draw.log] == ["manifest", "escrow", "beacon", "result"]
    assert "sites" in draw.sealed and not draw.open
    assert [(s.id, s.state) for s in draw.stages][-2:] == [("drawn", "done"), ("opened", "now")]


async def test_a_void_draw_keeps_its_number_and_is_open(told: Told) -> None:
    async with told.app.portal.public() as db:
        _, (draw,) = await listing_data(db, OTHER)
    assert draw.state == "void" and draw.void_reason and draw.open and not draw.sealed
    assert all(stage.state != "now" for stage in draw.stages)


async def test_notices_are_paged_filtered_and_bound_to_their_bureau(told: Told) -> None:
    async with told.app.portal.public() as db:
        data = await notices_data(db, COUNTY, "", "")
        assert {row.kind for row in data.rows} == {
            "plan",
            "draw",
            "result",
            "organisation",
        } and data.next == ""
        (row,) = (await notices_data(db, COUNTY, "plan", "")).rows
        _, shown, plans = await notice_data(db, COUNTY, row.id)
        assert plans and shown.body["year"] == 2026
        with pytest.raises(Missing):
            await notice_data(db, OTHER, row.id)
        for broken in ("x", "2026-01-01_x", "2026-01-01T00:00:00_" + str(row.id)):
            with pytest.raises(BadRequest):
                await notices_data(db, COUNTY, "", broken)


async def test_the_log_shows_head_witnesses_and_entries(told: Told) -> None:
    log = told.app.log
    async with told.app.portal.public() as db:
        face = await log_data(db, log.origin, log.vkey)
        older = await log_data(db, log.origin, log.vkey, before=3)
    assert "simulated" in face.origin and face.entries[0].row.index == face.size - 1
    assert any(one.signed for one in face.witnesses) and face.note.startswith(face.origin)
    assert [e.row.index for e in older.entries] == [2, 1, 0] and older.before is None


@pytest.mark.parametrize("path", PATHS)
async def test_every_public_page_answers_says_simulated_and_names_no_unvisited_site(
    told: Told, shown: Shown, path: str
) -> None:
    async with shown.reader() as anyone:
        answer = await anyone.get(path)
    assert answer.status_code == 200 and "模拟" in answer.text and answer.text.startswith("<!doctype html>")
    async with told.app.work(told.desk(COUNTY, "head")) as work:
        names = {site.name for site in await sites.all_of(work.db, work.scope, COUNTY)}
    assert len({name for name in names if name in answer.text}) <= 1  # the one result that is public
    assert not re.search(r"(?<![0-9a-zA-Z])1[3-9]\d{9}(?![0-9a-zA-Z])", answer.text)


@pytest.mark.parametrize(
    "path", ["/b/999999", "/b/411721x", "/b/411721/draws/9", "/b/411721/notices/x", "/nowhere"]
)
async def test_unknown_places_are_missing(shown: Shown, path: str) -> None:
    async with shown.reader() as anyone:
        assert (await anyone.get(path)).status_code == 404


async def test_files_of_a_sealed_draw_are_not_to_be_had(shown: Shown) -> None:
    async with shown.reader() as anyone:
        assert (await anyone.get(f"/b/{COUNTY}/draws/1/bundle.json")).status_code == 404
        assert (await anyone.get(f"/b/{OTHER}/draws/1/..%2F..%2Fkeys")).status_code == 404


async def test_the_bundle_of_an_open_draw_verifies_on_the_page_and_by_upload(shown: Shown) -> None:
    async with shown.reader() as anyone:
        page = await anyone.get(f"/b/{OTHER}/draws/1")
        bundle = (await anyone.get(f"/b/{OTHER}/draws/1/bundle.json")).content
        trust = (await anyone.get(f"/b/{OTHER}/draws/1/trust.txt")).content
        assert json.loads(bundle)["manifest"]["bureau"] == OTHER
        assert "V13" in page.text and "INVALID" not in page.text
        assert "shuangsui verify 150203-2026Q1-routine-1.json --trust" in page.text
        files = {"bundle": ("b.json", bundle), "trust": ("t.txt", trust)}
        answer = await anyone.post("/verify", files=files)
    assert answer.status_code == 200 and "V13" in answer.text and "作废" in answer.text


@pytest.mark.parametrize(
    ("data", "words"),
    [(b"", "bundle.json"), (b"not json", "JSON"), (b"[]", ""), (b'{"manifest":{"v":"rd9"}}', "")],
)
async def test_what_is_no_bundle_is_refused_in_words(shown: Shown, data: bytes, words: str) -> None:
    async with shown.reader() as anyone:
        answer = await anyone.post("/verify", files={"bundle": ("b.json" if data else "", data)})
    assert answer.status_code in (400, 422) and words in answer.text
    assert "Traceback" not in answer.text


async def test_log_files_are_served_and_nothing_beside_them(told: Told, shown: Shown) -> None:
    async with shown.reader() as anyone:
        note = await anyone.get("/log/checkpoint")
        size = int(note.text.splitlines()[1])
        tile = await anyone.get(f"/log/tile/0/000.p/{size}")
        entries = await anyone.get(f"/log/tile/entries/000.p/{size}")
        for bad in ("../keys", "0/../../keys/x", "9/000", "0/0000", "entries/000.p/9999"):
            assert (await anyone.get(f"/log/tile/{bad}")).status_code == 404
    assert note.status_code == 200 and len(tile.content) == 32 * size and b"manifest" in entries.content


async def test_large_letters_are_remembered_without_script(shown: Shown) -> None:
    async with shown.reader() as anyone:
        assert 'data-text="large"' not in (await anyone.get("/verify")).text
        back = await anyone.post("/reading", data={"text": "large", "next": "/verify"})
        assert back.status_code == 303 and back.headers["location"] == "/verify"
        assert 'data-text="large"' in (await anyone.get("/verify")).text
        away = await anyone.post("/reading", data={"text": "x", "next": "https://evil.example/"})
        assert away.headers["location"] == "/"
