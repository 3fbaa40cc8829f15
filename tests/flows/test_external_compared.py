"""The platform's list beside a draw of ours: noted, equal, or an alarm without names."""

import json
from itertools import count

import pytest

from policies.access_errors import Stranger
from policies.errors import Forbidden
from policies.planning.platform import compare_lists
from services.drawing.duty_errors import DrewIt
from services.drawing.external_errors import BatchTaken, PlatformListRefused
from services.home import Home
from services.usecases.compare_platform import PlatformFile, compare_platform
from services.usecases.import_external_draw import ExternalDraw, import_external_draw
from services.views.alarms import alarms_of
from services.views.workbench import workbench
from tenants.errors import WrongState
from tenants.stores import journal_pages, platform_lists

from . import ceremony as c
from .fieldwork import drawn
from .platform import BATCH, CITY, COUNTY, PICKS, by_platform, certificate, code, drawer, listed, sheet

_numbers = count(1)


@pytest.fixture
async def app(pg_server, new_home):
    name = f"compared_{next(_numbers)}"
    home: Home = new_home(name)
    async with c.small_deployment(pg_server.superuser_dsn, home, name) as opened:
        yield opened


def dispatcher(app, bureau=COUNTY):
    return c.acting(app, bureau, "dispatcher")


async def compare(app, data=b"", *, draw_no=1, batch=BATCH, who=None):
    async with app.work(who or dispatcher(app)) as work:
        return await compare_platform(work, draw_no, PlatformFile(batch, data, "平台.csv"))


async def alarms(app, bureau=CITY, role="city_auditor"):
    async with app.work(c.acting(app, bureau, role)) as work:
        return (await alarms_of(work)).found


def test_lists_differ_by_site_and_by_team():
    ours = {"a": ("1", "2"), "b": ("3", "4"), "c": ("5", "6")}
    same = compare_lists(ours, {code: tuple(reversed(team)) for code, team in ours.items()})
    assert same.verdict == "equal"
    other = compare_lists(ours, {"a": ("1", "2"), "b": ("3", "9"), "d": ("5", "6")})
    assert (other.missing, other.extra, other.teams, other.verdict) == (("c",), ("d",), ("b",), "different")
    assert compare_lists(ours, dict.fromkeys(ours, ())).verdict == "equal", "no officers named at all"
    assert compare_lists(ours, {**ours, "b": ()}).teams == ("b",)


async def test_a_batch_is_noted_and_an_equal_list_raises_nothing(app):
    await drawn(app, COUNTY, PICKS)
    noted = await compare(app)
    assert (noted.row.verdict, noted.row.size, noted.row.fingerprint, noted.found) == ("noted", 0, "", None)
    equal = await compare(app, listed())
    assert (equal.row.verdict, equal.row.size, equal.row.n) == ("equal", 5, 2)
    assert await alarms(app) == ()
    async with app.work(c.acting(app, COUNTY, "bureau_head")) as work:
        rows = await journal_pages.newest(work.db, work.scope, COUNTY)
        kept = await platform_lists.of_draw(work.db, work.scope, COUNTY, 1)
    assert [row.batch for row in kept] == [BATCH, BATCH]
    actions = [row.action for row in rows]
    assert actions.count("draw.compare") == 2 and "sealed.read" in actions


async def test_a_difference_alarms_the_city_and_the_bureau_without_names(app):
    await drawn(app, COUNTY, PICKS)
    other = {**PICKS, 0: (2, 5), 30: (1, 4)}
    del other[20]
    found = await compare(app, listed(other))
    assert found.row.verdict == "different"
    assert (found.row.missing, found.row.extra, found.row.teams) == (1, 1, 1)
    assert found.as_dict()["missing"] == [code(20)] and found.as_dict()["extra"] == [code(30)]
    (alarm,) = await alarms(app)
    assert (alarm.bureau, alarm.draw_no, alarm.missing) == (COUNTY, 1, 1)
    assert alarm == (await alarms(app, COUNTY, "bureau_head"))[0]
    assert await alarms(app, "150200") == () == await alarms(app, "150203", "bureau_head")
    async with app.work(c.acting(app, COUNTY, "bureau_head")) as work:
        bench = await workbench(work)
        rows = await journal_pages.newest(work.db, work.scope, COUNTY)
    assert [t for t in bench.todos if t.id == "platform.differs" and t.href == "/desk/draws/1"]
    told = json.dumps([[r.after, r.target, r.why] for r in rows], ensure_ascii=False, default=str)
    assert code(20) not in told and code(30) not in told and code(20) not in repr(alarm)
    await compare(app, listed())
    assert await alarms(app) == (), "a later list that fits ends the alarm"


async def test_unknown_codes_are_a_difference_not_a_fault(app):
    await drawn(app, COUNTY, PICKS)
    strange = sheet([["99999S1", "x", f"{certificate(1)}、Z999", BATCH]])
    found = await compare(app, strange)
    assert (found.row.missing, found.row.extra) == (5, 1)
    with pytest.raises(PlatformListRefused):
        await compare(app, sheet([["9.14E+17", "x", "1、2", BATCH]]))
    with pytest.raises(PlatformListRefused):
        await compare(app, sheet([[code(0), "x", "1、2", "other"]]))


async def test_who_may_compare_and_what(app):
    await drawn(app, COUNTY, PICKS)
    with pytest.raises(DrewIt):
        await compare(app, who=c.acting(app, COUNTY, "dispatcher", post="drawer"))
    with pytest.raises(Forbidden):
        await compare(app, who=c.acting(app, COUNTY, "drawer"))
    with pytest.raises((Stranger, Forbidden)):
        await compare(app, who=c.acting(app, CITY, "city_auditor"))
    await c.plan(app, "150203")
    with pytest.raises(WrongState):
        await c.prepare(
            app, "150203", period="2026Q2", beacon_at=c.BEACON.replace(year=2026, month=3, day=30)
        )
        await compare(app, who=dispatcher(app, "150203"))


async def test_one_batch_belongs_to_one_draw_and_an_external_draw_is_compared_too(app):
    await drawn(app, COUNTY, PICKS)
    await compare(app)
    await by_platform(app)
    file = PlatformFile(BATCH, listed(), "a.csv")
    with pytest.raises(BatchTaken):
        async with app.work(drawer(app)) as work:
            await import_external_draw(work, ExternalDraw(COUNTY, "2026Q2", file))
    other = PlatformFile("HN2026Q2-1", listed(batch="HN2026Q2-1"), "a.csv")
    async with app.work(drawer(app)) as work:
        made = await import_external_draw(work, ExternalDraw(COUNTY, "2026Q2", other))
    with pytest.raises(BatchTaken):
        await compare(app, draw_no=made.draw_no)
    found = await compare(app, listed(batch="HN2026Q2-1"), draw_no=made.draw_no, batch="HN2026Q2-1")
    assert (found.row.verdict, found.row.n) == ("equal", 2), "a second look at what was taken over"
