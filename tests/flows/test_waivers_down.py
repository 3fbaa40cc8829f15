"""Waivers of a bureau whose own database is down, or came back as it was before the withdrawal."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from sqlalchemy import text

from policies.waivers import EDITS
from services.drawing.duty_errors import EditedRoster
from services.moving.kept import KeptReport, verify_kept
from services.servers import Servers
from services.usecases.decide_waiver import Opinion, approve_waiver, propose_waiver, refuse_waiver
from services.usecases.withdraw_waiver import withdraw_waiver
from services.work import App
from tenants import journal
from tenants.roles import administer
from tenants.scope import Scope
from tenants.stores import sites, waiver_uses, waivers
from tenants.unavailable import BureauUnavailable
from tenants.urls import DatabaseUrls

from . import ceremony as c
from . import test_waivers as w

XP, ZMD, LI = w.XP, w.ZMD, w.LI
_numbers = count(1)


@pytest.fixture
async def app(pg_server: Any, new_home: Any) -> AsyncIterator[App]:
    n = next(_numbers)
    c.LIVING.set({XP: "own1"})
    async with c.small_deployment(pg_server.superuser_dsn, new_home(f"wdown{n}"), f"wdown_{n}") as opened:
        yield opened


async def by_hand(pg_server: Any, app: App, statement: str) -> None:
    """A statement in the bureau's own database, past every rule."""
    async with app.database.unit(Scope.own(XP, "x"), read_only=True) as db:
        name = await db.scalar(text("select current_database()"))
    async with administer(pg_server.superuser_dsn, name) as db:
        await db.exec_driver_sql("set session_replication_role = replica")
        await db.exec_driver_sql(statement)


@asynccontextmanager
async def down(pg_server: Any, app: App) -> AsyncIterator[None]:
    async with app.database.unit(Scope.own(XP, "x"), read_only=True) as db:
        name = await db.scalar(text("select current_database()"))
    async with administer(pg_server.superuser_dsn) as db:
        await db.exec_driver_sql(f'alter database "{name}" allow_connections false')
        cut = text("select pg_terminate_backend(pid) from pg_stat_activity where datname = :name")
        await db.execute(cut, {"name": name})
    try:
        yield
    finally:
        async with administer(pg_server.superuser_dsn) as db:
            await db.exec_driver_sql(f'alter database "{name}" allow_connections true')
        await app.database.look_after(at_once=True)  # type: ignore[union-attr]


async def truth(app: App, id: Any) -> Any:
    """The waiver in the control database, and how many entries the superior's journal has."""
    async with app.work(w.head(app, ZMD)) as work:
        found = await waivers.put_to(work.control, work.scope, id)
        return found, len(await journal.entries(work.db, work.scope, ZMD, limit=500))


async def copies(app: App) -> Any:
    async with app.work(w.head(app)) as work:
        return await waiver_uses.held_by(work.db, work.scope, XP)


async def test_no_decision_is_half_kept_while_the_bureaus_database_is_down(app: App, pg_server: Any) -> None:
    await w.keeper(app)
    first = await w.ask(app)
    second = await w.ask(app, w.KEEPS)
    await w.propose(app, second)
    third = await w.granted(app, EDITS)
    before = [await truth(app, one.id) for one in (first, second, third)], await copies(app)
    roles = await w.roles(app)
    async with down(pg_server, app):
        for act in (
            lambda work: propose_waiver(work, first.id, Opinion("情况属实")),
            lambda work: refuse_waiver(work, first.id, "人员足够"),
            lambda work: approve_waiver(work, second.id),
            lambda work: withdraw_waiver(work, third.id, "已补充人员"),
        ):
            with pytest.raises(BureauUnavailable, match=f"单位 {XP} 的数据库暂时不可用.*未作任何改动"):
                async with app.work(w.head(app, ZMD)) as work:
                    await act(work)
        assert [await truth(app, one.id) for one in (first, second, third)] == before[0]
    assert ([await truth(app, one.id) for one in (first, second, third)], await copies(app)) == before
    assert await w.roles(app) == roles
    async with app.work(w.head(app, ZMD)) as work:
        await withdraw_waiver(work, third.id, "已补充人员")
    assert [one.ended_at is not None for one in await copies(app)] == [True]
    assert (await w.approve(app, second)).state == "granted"


async def test_a_copy_restored_from_before_the_withdrawal_does_not_count(app: App, pg_server: Any) -> None:
    await w.keeper(app)
    made = await w.granted(app, EDITS)
    await c.plan(app, XP)
    no = (await c.prepare(app, XP)).draw_no
    scope = Scope.own(XP, LI)
    async with app.database.unit(scope) as db:
        await sites.upsert(db, scope, [c.site(XP, 900)], at=app.clock.now(), by=LI, reason="改正")
    async with app.work(w.head(app, ZMD)) as work:
        await withdraw_waiver(work, made.id, "已补充人员")
    await by_hand(pg_server, app, "update waiver_copy set ended_at = null, ended_why = null")
    app.clock.advance(timedelta(minutes=1))
    async with app.work(w.head(app)) as work:
        assert [one.id for one in await waiver_uses.standing(work.db, work.scope, LI)] == [made.id]
    with pytest.raises(EditedRoster):
        await c.freeze(app, XP, no)


async def test_verify_tells_of_a_copy_from_before_and_goes_on_past_a_damaged_database(
    app: App, pg_server: Any
) -> None:
    await w.keeper(app)
    made = await w.granted(app, EDITS)
    async with app.work(w.head(app, ZMD)) as work:
        await withdraw_waiver(work, made.id, "已补充人员")
    assert (await kept(app, pg_server)).whole
    for change, said in (
        ("update waiver_copy set ended_at = null, ended_why = null", f"{made.id}: ended_at, ended_why"),
        ("delete from waiver_copy", f"{made.id}: copy —"),
    ):
        await by_hand(pg_server, app, change)
        found = {one.bureau: one.problem for one in (await kept(app, pg_server)).bureaus if one.problem}
        assert list(found) == [XP] and found[XP].code == "WaiverStrayed" and found[XP].got == said
    await by_hand(pg_server, app, "alter table journal rename to journal_lost")
    told = await kept(app, pg_server)
    found = {one.bureau: one.problem for one in told.bureaus if one.problem}
    assert list(found) == [XP] and found[XP].code == "DatabaseDamaged" and not told.whole
    assert "own1" in found[XP].line() and "42P01" in found[XP].got
    assert len(told.bureaus) > 1 and all(one.entries or one.rows for one in told.bureaus if one.bureau == ZMD)


async def kept(app: App, pg_server: Any) -> KeptReport:
    """As `shuangsui database verify` asks."""
    database: Any = app.database
    async with app.work(w.head(app), read_only=True) as work:
        names = [await db.scalar(text("select current_database()")) for db in (work.control, work.db)]
    urls = [
        DatabaseUrls.beside(pg_server.superuser_dsn, name, c.PASSWORDS, identity)
        for name, identity in zip(names, (c.IDENTITY, f"{c.IDENTITY}/own1"), strict=True)
    ]
    return await verify_kept(app, database, Servers(urls[0], "", {"own1": urls[1]}), lambda *_: None)
