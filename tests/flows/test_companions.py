"""A joint department and the monitoring station on a drawn visit: the site, the day, their part; no more."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from policies.errors import Forbidden
from policies.terms import Period, Principal
from services.usecases import own_visits as own_visits_module
from services.usecases.bring_along import bring_along, companion_board, leave_out
from services.usecases.dispatch_tasks import dispatch_tasks
from services.usecases.own_visits import WHY, own_visits
from services.usecases.review_visit import list_visits
from services.visiting.visit_errors import BadCompanion
from tenants import journal
from tenants.errors import WrongState
from tenants.rows import Membership
from tenants.scope import Scope
from tenants.stores import members

from . import ceremony as c
from . import fieldwork as f

XP, NO = "411721", 1
DAY, BEFORE = date(2026, 1, 6), date(2026, 1, 5)
REFUSED = "permission denied|超出本单位的数据范围|冲突"
PEOPLE = {"station": "monitoring_station", "fire": "joint_department"}


@pytest.fixture(scope="module")
async def app(pg_server, new_home) -> AsyncIterator[Any]:
    """Two visits of XP on DAY, dispatched; the second has nobody along."""
    async with c.small_deployment(pg_server.superuser_dsn, new_home("companions"), "companions") as opened:
        scope = Scope.own(XP, "tests")
        async with opened.database.unit(scope) as db:
            for who, role in PEOPLE.items():
                row = Membership(XP, c.person(XP, who), role, f"模拟{who}", date(2025, 1, 1))
                await members.grant(db, scope, row)
        f.at(opened, BEFORE)
        assert await f.drawn(opened, XP, {1: (2, 4), 2: (2, 4)}) == NO
        async with opened.work(c.acting(opened, XP, "dispatcher")) as work:
            await dispatch_tasks(work, NO, days=[DAY])
        yield opened


def guest(app: Any, who: str) -> Principal:
    return c.acting(app, XP, PEOPLE[who], post=who)


async def along(app: Any, who: str, *parts: str, slot: int = 0) -> Any:
    async with app.work(c.acting(app, XP, "dispatcher")) as work:
        return await bring_along(work, NO, slot, c.person(XP, who), parts)


async def seen_by(app: Any, who: Principal) -> Any:
    async with app.work(who) as work:
        return await own_visits(work)


async def test_who_and_what_is_checked(app: Any) -> None:
    f.at(app, BEFORE)
    for person, parts, slot, wrong in (
        ("drawer", ("emissions",), 0, BadCompanion),
        ("dispatcher", ("emissions",), 0, BadCompanion),
        ("station", (), 0, BadCompanion),
        ("station", ("emissions", "made-up"), 0, BadCompanion),
    ):
        with pytest.raises(wrong):
            await along(app, person, *parts, slot=slot)
    for role in ("drawer", "reviewer", "joint_department", "bureau_head"):
        async with app.work(c.acting(app, XP, role)) as work:
            with pytest.raises(Forbidden):
                await companion_board(work, NO)
            with pytest.raises(Forbidden):
                await bring_along(work, NO, 0, c.person(XP, "station"), ("emissions",))
    async with app.work(c.acting(app, XP, "dispatcher")) as work:
        board = await companion_board(work, NO)
    assert not board.rows and {one.role for one in board.people} == set(PEOPLE.values())
    assert [task.slot for task in board.open] == [0, 1] and "模拟企业" not in repr(board)


async def test_the_own_part_from_the_day_on_and_nothing_before_or_beside(app: Any) -> None:
    f.at(app, BEFORE)
    assert (await along(app, "station", "permit", "emissions")).parts == ("emissions", "permit")
    await along(app, "fire", "three_at_once")
    with pytest.raises(BadCompanion):
        await along(app, "station", "emissions")  # once a visit
    assert await seen_by(app, guest(app, "station")) == ()  # the day has not come
    f.at(app, DAY)
    (mine,) = await seen_by(app, guest(app, "station"))
    assert (mine.slot, mine.state, mine.day, mine.role) == (0, "dispatched", DAY, "monitoring_station")
    assert "模拟企业" in mine.name and mine.place and mine.parts == ("污染物排放", "排污许可证")
    assert (mine.answers, mine.team, mine.record) == ((), (), None)
    assert await seen_by(app, replace(guest(app, "station"), subject="somebody-else")) == ()
    async with app.work(guest(app, "station")) as work:
        with pytest.raises(Forbidden):
            await list_visits(work, "2026Q1")  # only what they were named for
    found = [row for row in await _entries(app) if row.actor == c.person(XP, "station")]
    assert found and found[-1].why == WHY and "模拟企业" not in repr(found)  # the look is journalled


async def test_the_answers_of_the_own_part_once_recorded(app: Any) -> None:
    f.at(app, DAY)
    own, mate = f.cert(XP, 2), f.cert(XP, 4)
    await f.record(app, XP, 2, NO, 0, f.faulty(app, own, mate, due=date(2026, 2, 1)))
    (station,), (fire,) = [await seen_by(app, guest(app, who)) for who in ("station", "fire")]
    assert {answer for _, answer, _ in station.answers} == {"fault", "fine"} and len(station.answers) == 4
    assert [answer for _, answer, _ in fire.answers] == ["fine"]
    for one in (station, fire):
        assert one.record is None and one.team == () and one.state == "recorded"
        assert "模拟人员" not in repr(one) and "现场正常生产" not in repr(one)
    whole = await seen_by(app, f.inspector(app, XP, 2))
    assert [(one.slot, one.role) for one in whole] == [(0, "inspector")]
    assert whole[0].record["narrative"] and len(whole[0].team) == 2 and whole[0].parts == ()
    assert await seen_by(app, f.inspector(app, XP, 3)) == ()  # was not there
    assert await seen_by(app, c.acting(app, XP, "inspector", post="nobody")) == ()  # no officer at all


async def test_recorded_visits_take_nobody_more_and_an_end_bites_at_once(app: Any) -> None:
    f.at(app, DAY)
    with pytest.raises(WrongState):
        await along(app, "fire", "emissions")
    assert [one.slot for one in await seen_by(app, guest(app, "fire"))] == [0]
    made = await along(app, "fire", "emissions", slot=1)
    assert [one.slot for one in await seen_by(app, guest(app, "fire"))] == [0, 1]
    async with app.work(c.acting(app, XP, "dispatcher")) as work:
        await leave_out(work, NO, 1, made.n)
    assert [one.slot for one in await seen_by(app, guest(app, "fire"))] == [0]
    async with app.work(c.acting(app, XP, "dispatcher")) as work:
        with pytest.raises(WrongState):
            await leave_out(work, NO, 1, made.n)
    again = await along(app, "fire", "permit", slot=1)
    assert again.n == 2
    without = replace(guest(app, "fire"), roles=frozenset({"monitoring_station"}))
    assert await seen_by(app, without) == ()  # named as another role than is held now
    acts = [row for row in await _entries(app) if row.action == "task.accompany"]
    assert len(acts) == 5 and acts[3].before and "模拟企业" not in repr(acts)


async def test_the_database_keeps_what_was_named(app: Any) -> None:
    """As the application's role: no delete, no second beginning, nobody names themselves."""
    for statement in (
        "delete from companion",
        "update companion set subject = 'x'",
        "update companion set ended_at = now(), ended_by = 'x' where ended_at is not null",
        "insert into companion select bureau, draw_no, slot, n + 50, 'me', name, role, parts, at, 'me'"
        " from companion limit 1",
        "insert into companion select bureau, draw_no, slot, n + 50, 'me', name, 'drawer', parts, at, 'y'"
        " from companion limit 1",
    ):
        with pytest.raises(Exception, match=REFUSED):
            async with app.database.unit(Scope.own(XP, "x")) as db:
                await db.execute(text(statement))
    async with app.database.unit(Scope.own("150203", "x")) as db:
        assert await db.scalar(text("select count(*) from companion")) == 0
    async with app.database.unit(Scope.own(XP, "x")) as db:
        assert await db.scalar(text("select count(*) from companion"))


async def test_a_quarter_that_is_over_opens_no_site_any_more(app: Any, monkeypatch: Any) -> None:
    f.at(app, DAY)
    assert await seen_by(app, guest(app, "station"))
    before = len(await _entries(app))
    monkeypatch.setattr(own_visits_module, "_quarter", lambda _: Period.parse("2026Q2"))  # one clock a module
    assert await seen_by(app, guest(app, "station")) == ()
    assert len(await _entries(app)) == before


async def test_nothing_is_seen_of_a_void_draw(app: Any) -> None:
    f.at(app, DAY)
    assert await seen_by(app, guest(app, "station"))
    await c.void(app, XP, NO)
    assert await seen_by(app, guest(app, "station")) == ()
    with pytest.raises(WrongState):
        await along(app, "station", "emissions", slot=1)


async def _entries(app: Any) -> Any:
    scope = await app.scope_of(c.acting(app, XP, "reviewer"))
    async with app.database.unit(scope) as db:
        await journal.verify_chain(db, scope, XP)
        return await journal.entries(db, scope, XP)
