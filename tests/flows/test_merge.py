"""Lists of two sections: laid beside the roster, conflicts decided, taken as one batch, undone as one."""

from collections.abc import AsyncIterator
from dataclasses import replace
from itertools import count
from uuid import UUID

import pytest

from policies.roster.merge import OURS, conflict_key, plan_merge, resolved
from policies.roster.merge_errors import (
    AlreadyMerging,
    ConflictsOpen,
    MergeMoved,
    MergeOvertaken,
    MergeReasonMissing,
    NothingChosen,
    SectionsDisagree,
    UnknownChoice,
)
from services.demo.codes import credit_code
from services.usecases.import_roster import import_sites
from services.usecases.merge_parts import (
    choose,
    compare_again,
    drop_merge,
    get_merge,
    open_merge,
    take_merge,
)
from services.usecases.roster_sections import list_submissions, merge_part, sources_of, submit_part
from services.usecases.undo_import import undo_import
from services.work import App
from tenants.stores import sites

from . import ceremony as c
from .test_roster_choices import COUNTY, ROW, chosen, file_of, person

KEPT = {**ROW, "name": "演示·在册一厂"}
NEW = {**ROW, "code": "DJ411721000077", "name": "演示·新厂", "credit_code": credit_code("91", COUNTY, 77)}
_numbers = count(1)


@pytest.fixture
async def app(pg_server, new_home) -> AsyncIterator[App]:
    name = f"merging_{next(_numbers)}"
    async with c.small_deployment(pg_server.superuser_dsn, new_home(name), name) as opened:
        yield opened


async def handed(app: App, section: str, *rows: dict[str, str]) -> UUID:
    data = await file_of(app, *rows)
    async with app.work(person(app)) as work:
        row = await submit_part(work, section, data, f"{section}.xlsx")
        assert row.report["errors"] == 0, row.report["faults"]
        return row.id


@pytest.fixture
async def two(app: App) -> tuple[UUID, UUID]:
    """Both change the site in the roster: one phone against another, and each a field of its own."""
    await chosen(app, "roster.sections", {"review": "环评科", "squad1": "一中队；行政区划=411721"})
    async with app.work(person(app)) as work:
        await import_sites(work, await file_of(app, KEPT), "名录.xlsx", key_list=frozenset())
    first = await handed(app, "review", {**KEPT, "phone": "0396-1111111", "basin": "洪河流域"}, NEW)
    second = await handed(app, "squad1", {**KEPT, "phone": "0396-2222222", "products": "新产品"})
    return first, second


PHONE = conflict_key(ROW["code"], "phone")


async def test_the_difference_is_shown_and_nothing_is_in_the_roster_before_it_is_taken(
    app: App, two: tuple[UUID, UUID]
) -> None:
    first, second = two
    async with app.work(person(app)) as work:
        merge = await open_merge(work, two)
        assert [row["code"] for row in merge.plan["rows"]] == [ROW["code"], NEW["code"]]  # conflicts first
        row, new = merge.plan["rows"]
        assert (row["kind"], new["kind"]) == ("changed", "new")
        assert {one["field"]: one["new"] for one in row["changes"]} == {
            "basin": ["洪河流域"],
            "products": ["新产品"],
        }
        (conflict,) = row["conflicts"]
        assert conflict["ours"] == ["0396-1234567"]
        assert conflict["options"] == {str(first): ["0396-1111111"], str(second): ["0396-2222222"]}
        assert merge.plan["absent"]["count"] > 50 and merge.plan["same"] == 0
        kept = await sites.one(work.db, work.scope, COUNTY, ROW["code"])
        assert kept.phone == "0396-1234567"
        assert (await open_merge(work, two)).id == merge.id  # opened twice, it is one
        with pytest.raises(AlreadyMerging):
            await open_merge(work, [first])
        with pytest.raises(NothingChosen):
            await open_merge(work, [])
        with pytest.raises(SectionsDisagree):
            await merge_part(work, first)


async def test_a_choice_for_each_conflict_then_one_batch_and_undo_as_one_step(
    app: App, two: tuple[UUID, UUID]
) -> None:
    first, second = two
    async with app.work(person(app)) as work:
        merge = await open_merge(work, two)
        with pytest.raises(MergeReasonMissing):
            await take_merge(work, merge.id, 1, " ")
        with pytest.raises(ConflictsOpen):
            await take_merge(work, merge.id, 1, "以中队为准")
        with pytest.raises(UnknownChoice):
            await choose(work, merge.id, 1, {PHONE: "nobody"})
        merge = await choose(work, merge.id, 1, {PHONE: str(second)})
        assert merge.version == 2
    async with app.work(person(app)) as work:
        done = await take_merge(work, merge.id, 2, "以中队为准")
        assert (done.added, done.changed) == (1, 1)
        kept = await sites.one(work.db, work.scope, COUNTY, ROW["code"])
        assert (kept.phone, kept.basin, kept.products) == ("0396-2222222", "洪河流域", "新产品")
        assert {one.state for one in await list_submissions(work)} == {"merged"}
        assert {one.id for one in await sources_of(work, COUNTY, ROW["code"])} == {first, second}
        assert {one.id for one in await sources_of(work, COUNTY, NEW["code"])} == {first}
        history = await sites.history(work.db, work.scope, COUNTY, ROW["code"])
        assert "以中队为准" in history[-1].reason
    async with app.work(person(app)) as work:
        undone = await undo_import(work, done.batch, "并错了")
        assert (undone.restored, undone.closed) == (1, 1)
        assert (await sites.one(work.db, work.scope, COUNTY, ROW["code"])).phone == "0396-1234567"


async def test_of_two_people_one_wins_and_the_other_is_told(app: App, two: tuple[UUID, UUID]) -> None:
    async with app.work(person(app)) as work:
        merge = await open_merge(work, two)
        await choose(work, merge.id, merge.version, {PHONE: OURS})
        with pytest.raises(MergeOvertaken):
            await choose(work, merge.id, merge.version, {PHONE: str(two[0])})
        with pytest.raises(MergeOvertaken):
            await take_merge(work, merge.id, merge.version, "按旧页面")
        done = await take_merge(work, merge.id, 2, "保留名录")
        assert (await sites.one(work.db, work.scope, COUNTY, ROW["code"])).phone == "0396-1234567"
        with pytest.raises(MergeOvertaken):
            await take_merge(work, merge.id, 2, "再并一次")
        with pytest.raises(MergeOvertaken):
            await drop_merge(work, merge.id, done.merge.version)


async def test_a_roster_changed_since_it_was_shown_refuses_and_names_the_row(
    app: App, two: tuple[UUID, UUID]
) -> None:
    async with app.work(person(app)) as work:
        merge = await open_merge(work, two)
        await choose(work, merge.id, 1, {PHONE: OURS})
    later = await file_of(app, {**KEPT, "authority": "新机关"})
    async with app.work(person(app)) as work:
        site = await sites.one(work.db, work.scope, COUNTY, ROW["code"])
        await import_sites(work, later, "更正.xlsx", key_list=frozenset())
        assert (await sites.one(work.db, work.scope, COUNTY, ROW["code"])) != site
    async with app.work(person(app)) as work:
        with pytest.raises(MergeMoved, match=ROW["code"]):
            await take_merge(work, merge.id, 2, "保留名录")
        fresh = await compare_again(work, merge.id, 2)
        assert fresh.choices == {PHONE: OURS} and fresh.version == 3
        assert (await take_merge(work, merge.id, 3, "保留名录")).changed == 1


async def test_a_merge_that_is_given_up_leaves_its_lists_waiting(app: App, two: tuple[UUID, UUID]) -> None:
    async with app.work(person(app)) as work:
        merge = await open_merge(work, two)
        assert (await drop_merge(work, merge.id, 1)).state == "dropped"
        assert {one.state for one in await list_submissions(work)} == {"submitted"}
        assert (await open_merge(work, [two[0]])).id != merge.id
        assert (await get_merge(work, merge.id)).plan["rows"]


def test_what_belongs_together_is_chosen_together_and_own_fields_each_for_itself() -> None:
    site = replace(c.site(COUNTY, 1), extra=(("permit", "简化"), ("tanks", "1")))
    west, east = replace(site, lon=113.0, extra=(("permit", "重点"), ("tanks", "1"))), replace(site, lat=34.0)
    plan = plan_merge({site.code: site}, {"a": [west], "b": [east]}, [site.code, "other"])
    (row,) = plan.rows
    assert [one.field for one in row.conflicts] == ["lon"]  # a place is one thing: both halves come from one
    assert [one.field for one in row.changes] == ["extra:permit"] and plan.absent == ("other",)
    (taken,) = resolved(plan.rows, {conflict_key(site.code, "lon"): "b"})
    assert (taken.lon, taken.lat) == (site.lon, 34.0) and dict(taken.extra) == {
        "permit": "重点",
        "tanks": "1",
    }
    empty = replace(site, code="N", phone="")
    new = plan_merge({}, {"a": [empty], "b": [replace(empty, phone="12")]})
    assert new.rows[0].after.phone == "12" and not new.rows[0].conflicts  # saying nothing is no conflict
    assert new.rows[0].mark != plan_merge({}, {"a": [empty]}).rows[0].mark
    assert plan_merge({site.code: site}, {"a": [site]}).same == 1
