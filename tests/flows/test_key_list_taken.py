"""The city's key list in a county's roster: the difference, one batch, the trace, and who has done so."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import count

import pytest

from policies.roster.batch import BatchChange
from policies.roster.key_list import Listed
from policies.roster.key_take import plan_take
from policies.roster.key_take_errors import KeyListMoved, NoPublishedList, TakeMoved, TakenAlready
from policies.terms import SiteStatus
from services.demo.codes import credit_code
from services.usecases.change_sites import change_sites, preview_batch
from services.usecases.keep_key_list import NewKeyList, keep_key_list
from services.usecases.key_list_takings import key_list_takings
from services.usecases.publish_organisation import publish_key_list
from services.usecases.take_key_list import preview_take, take_key_list
from services.usecases.undo_import import undo_import
from services.work import App
from tenants.scope import Scope
from tenants.stores import key_takes, sites

from . import ceremony as c
from .census import by_hand

COUNTY, CITY, FAR = "411721", "411700", "150203"
BECOMES, STAYS, CLOSED = "411721S0001", "411721S0005", "411721S0008"  # of ceremony.site: every fifth is key
_numbers = count(1)


@pytest.fixture
async def app(pg_server, new_home) -> AsyncIterator[App]:
    name = f"taking_{next(_numbers)}"
    async with c.small_deployment(pg_server.superuser_dsn, new_home(name), name) as opened:
        rows = [replace(c.site(COUNTY, n), credit_code=credit(n)) for n in (1, 2, 5, 8)]
        scope = Scope.own(COUNTY, "keeper")
        with by_hand():
            async with opened.database.unit(scope) as db:
                await sites.upsert(db, scope, rows, at=opened.clock.now(), by="keeper", reason="test")
        yield opened


def credit(n: int, county: str = COUNTY) -> str:
    return credit_code("91", county, n)


async def announce(app: App, lines: str, text: str = "名录", *, supplement: bool = False) -> None:
    app.clock.set(app.clock.now() + timedelta(minutes=5))  # published in this order
    async with app.work(c.acting(app, CITY, "registry_keeper")) as work:
        row = await keep_key_list(work, NewKeyList(2026, text, date(2025, 12, 1), supplement, lines=lines))
    async with app.work(c.acting(app, CITY, "publisher")) as work:
        await publish_key_list(work, row.id)


def keeper(app: App):
    return app.work(c.acting(app, COUNTY, "registry_keeper"))


LINES = (
    f"{credit(1)},甲,{COUNTY}\n{credit(5)},乙,{COUNTY}\n{credit(8)},丙,{COUNTY}\n"
    f"{credit(99)},模拟企业3,{COUNTY}\n{credit(98)},不知名,{COUNTY}\n{credit(1, '411722')},别县的,411722"
)


async def test_the_difference_is_taken_as_one_batch_with_a_trace_and_undone(app: App) -> None:
    async with keeper(app) as work:
        with pytest.raises(NoPublishedList):
            await take_key_list(work, 2026, "x", {})
    await announce(app, LINES, "西环〔2025〕1号")
    async with keeper(app) as work:
        shown = await preview_take(work, 2026)
        plan = shown.plan
        assert [one.site.code for one in plan.became] == [BECOMES]
        assert [one.code for one in plan.stays] == [STAYS]
        assert {one.listed.code: (one.why, one.code) for one in plan.unknown} == {
            credit(8): ("closed", CLOSED),
            credit(99): ("name", "411721S0003"),
            credit(98): ("nobody", ""),
        }
        one, other = plan.ceased[:2]
        chosen = {BECOMES: plan.became[0].mark, one.site.code: one.mark}
        taking = await take_key_list(work, 2026, shown.mark, chosen, "照名录")
        assert taking.counts == {
            "became": 1, "ceased": 1, "stays": 1, "unknown": 3, "left": len(plan.ceased) - 1,
        }  # fmt: skip
        kept = await sites.one(work.db, work.scope, COUNTY, BECOMES)
        assert kept.key and kept.class_basis == "西环〔2025〕1号（2025-12-01）"
        assert not (await sites.one(work.db, work.scope, COUNTY, one.site.code)).key
        assert (await sites.one(work.db, work.scope, COUNTY, other.site.code)).key  # not chosen, so kept
        traced = await key_takes.of_site(work.db, work.scope, COUNTY, STAYS)
        assert traced is not None and traced.id == taking.id and traced.sites[STAYS] == "stays"
        assert traced.sources[0]["text"] == "西环〔2025〕1号" and traced.sources[0]["bureau"] == CITY
        assert "第 1 版" in (await sites.history(work.db, work.scope, COUNTY, BECOMES))[-1].reason
        with pytest.raises(TakenAlready):
            await take_key_list(work, 2026, shown.mark, {})
    async with keeper(app) as work:
        assert taking.batch is not None
        await undo_import(work, taking.batch, "承接错了")
        assert not (await sites.one(work.db, work.scope, COUNTY, BECOMES)).key
        again = await preview_take(work, 2026)
        assert again.current is None and again.before[0].undone_at is not None
        assert await key_takes.of_site(work.db, work.scope, COUNTY, STAYS) is None


async def test_a_newer_list_or_a_changed_row_refuses_and_of_two_people_one_wins(app: App) -> None:
    await announce(app, LINES)
    async with keeper(app) as work:
        shown = await preview_take(work, 2026)
    await announce(app, f"{credit(2)},补,{COUNTY}", "补充", supplement=True)
    rows = {BECOMES: shown.plan.became[0].mark}
    async with keeper(app) as work:
        with pytest.raises(KeyListMoved):
            await take_key_list(work, 2026, shown.mark, rows)
        fresh = await preview_take(work, 2026)
        assert fresh.listed is not None and fresh.listed.version == 2
        rows = {one.site.code: one.mark for one in fresh.plan.became}
        assert set(rows) == {BECOMES, "411721S0002"}
    async with keeper(app) as work:
        wish = BatchChange("basin", "洪河流域", "更正")
        plan = await preview_batch(work, [BECOMES], wish)
        await change_sites(work, plan.marks, wish)
    async with keeper(app) as work:
        with pytest.raises(TakeMoved, match=BECOMES):
            await take_key_list(work, 2026, fresh.mark, rows)
        now = await preview_take(work, 2026)
        rows = {one.site.code: one.mark for one in now.plan.became}
    async with keeper(app) as work:
        await take_key_list(work, 2026, now.mark, rows)
    async with keeper(app) as work:
        with pytest.raises(TakeMoved):  # the second person's page showed them as not key
            await take_key_list(work, 2026, now.mark, rows)


async def test_the_city_sees_who_has_taken_over_which_version_and_each_is_told(app: App) -> None:
    await announce(app, LINES)
    async with app.work(c.acting(app, CITY, "city_auditor")) as work:
        found = await key_list_takings(work, 2026)
        lines = {one.bureau: one for one in found.rows.found}
        assert FAR not in lines and lines[COUNTY].state == "none" and lines[COUNTY].since is not None
    async with keeper(app) as work:
        shown = await preview_take(work, 2026)
        taking = await take_key_list(work, 2026, shown.mark, {})
        assert taking.batch is None  # nothing was changed, and the city still sees that it was looked at
    async with app.work(c.acting(app, CITY, "city_auditor")) as work:
        (line,) = [one for one in (await key_list_takings(work, 2026)).rows.found if one.bureau == COUNTY]
        assert (line.state, line.since) == ("current", taking.at)
    await announce(app, f"{credit(2)},补,{COUNTY}", "补充", supplement=True)
    async with app.work(c.acting(app, CITY, "city_auditor")) as work:
        (line,) = [one for one in (await key_list_takings(work, 2026)).rows.found if one.bureau == COUNTY]
        assert line.state == "older" and line.taking is not None and line.taking.version == 1


def test_entries_of_other_places_are_nobodys_business_here() -> None:
    entries = {
        code: Listed(code, "", division)
        for code, division in (("411721S0001", ""), ("411722S0002", ""), ("411721S0003", "411722"))
    }
    rows = [c.site(COUNTY, n) for n in (1, 3)]
    plan = plan_take(rows, entries, COUNTY, "名录")
    assert [one.site.code for one in plan.became] == ["411721S0001"] and plan.unknown == ()
    closed = [one for one in (c.site(COUNTY, 8),) if one.status is SiteStatus.CLOSED]
    assert plan_take(closed, {"411721S0008": Listed("411721S0008", "")}, COUNTY, "").became == ()
