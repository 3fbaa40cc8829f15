"""Rules that proposals, events and declarations keep by themselves, whatever the code above them does."""

import pytest
from sqlalchemy import text

from tenants.errors import OutOfScope, SameHand, WrongState
from tenants.rows import DrawIntent
from tenants.scope import Scope
from tenants.session import enter
from tenants.stores import changes, declarations, draws, events, officers, rewrites, tasks

from .story import AT, COUNTY, OTHER, approved_change, county, officer, other

DISPATCHER, HEAD = Scope.own(COUNTY, "dispatcher"), Scope.own(COUNTY, "head")
DAY = AT.date()


@pytest.fixture
async def prepared(database):
    """A draw prepared by "drawer" with one visit, and an officer."""
    async with database.unit(county) as db:
        await officers.upsert(db, county, [officer(1)], at=AT, by="k", reason="导入")
        await draws.prepare(
            db, county, DrawIntent(COUNTY, "routine-source", "routine", "2026Q1"), AT, "drawer"
        )
        await tasks.keep(db, county, 1, [(0, b"blob")], drawn_by="drawer")
    return database


async def test_no_event_without_a_change_that_another_person_approved(prepared):
    with pytest.raises(SameHand):
        async with prepared.unit(county) as db:
            await events.keep(db, county, 1, 1, b"e", "f" * 64, AT)
    async with prepared.unit(county) as db:
        await approved_change(db, events=2)
        await events.keep(db, county, 1, 1, b"e", "f" * 64, AT)
        await events.keep(db, county, 1, 2, b"e", "e" * 64, AT)
        await rewrites.keep(db, county, 1, 0, 2, b"new")
        assert await rewrites.latest(db, county, COUNTY, 1) == {0: (2, b"new")}
        assert await events.number_of(db, county, COUNTY, 1) == 2
    with pytest.raises(SameHand):
        async with prepared.unit(county) as db:
            await events.keep(db, county, 1, 3, b"e", "d" * 64, AT)


async def test_nobody_approves_the_own_proposal_nor_one_of_a_draw_of_the_own_hand(prepared):
    for first, second in ((DISPATCHER, DISPATCHER), (DISPATCHER, Scope.own(COUNTY, "drawer"))):
        with pytest.raises(SameHand):
            async with prepared.unit(first) as db:
                kept = await changes.keep(db, first, 1, 1, b"sealed", 0, AT)
                await enter(db, second)
                await changes.approve(db, second, kept, 1, AT)
    with pytest.raises(SameHand):
        async with prepared.unit(Scope.own(COUNTY, "drawer")) as db:
            await changes.keep(db, Scope.own(COUNTY, "drawer"), 1, 1, b"sealed", 0, AT)
    with pytest.raises(SameHand):  # the row itself refuses, also where the store is bypassed
        async with prepared.unit(DISPATCHER) as db:
            await changes.keep(db, DISPATCHER, 1, 1, b"sealed", 0, AT)
            await db.execute(
                text(
                    "update draw_change set approved_by = 'dispatcher', approved_at = now(),"
                    " first_event = 1, last_event = 1"
                )
            )


async def test_a_proposal_is_settled_once_and_never_rewritten(prepared):
    async with prepared.unit(DISPATCHER) as db:
        kept = await changes.keep(db, DISPATCHER, 1, 1, b"sealed", 0, AT)
        await changes.withdraw(db, DISPATCHER, kept, AT)
        settled = await changes.get(db, DISPATCHER, COUNTY, 1, 1)
    for scope, act in ((HEAD, changes.withdraw), (HEAD, lambda *a: changes.approve(*a[:3], 1, a[3]))):
        for row in (kept, settled):
            with pytest.raises(WrongState):
                async with prepared.unit(scope) as db:
                    await act(db, scope, row, AT)
    with pytest.raises(OutOfScope):  # not granted
        async with prepared.unit(DISPATCHER) as db:
            await db.execute(text("update draw_change set blob = 'x'"))
    with pytest.raises(WrongState):
        async with prepared.unit(DISPATCHER) as db:
            await db.execute(text("update draw_change set withdrawn_by = 'x', withdrawn_at = now()"))


async def test_strangers_see_and_change_nothing(prepared):
    async with prepared.unit(DISPATCHER) as db:
        kept = await changes.keep(db, DISPATCHER, 1, 1, b"sealed", 0, AT)
        await declarations.absent(db, DISPATCHER, "16200001", DAY, AT)
    async with prepared.unit(other) as db:
        assert await changes.of_draw(db, other, COUNTY, 1) == ()
        assert await declarations.on_day(db, other, COUNTY, DAY) == ()
        for table in ("draw_change", "declaration", "task_rewrite"):
            assert (await db.scalar(text(f"select count(*) from {table}"))) == 0
        assert await changes.of_draw(db, Scope(OTHER, (OTHER, COUNTY), "x"), COUNTY, 1) == ()  # RLS alone
        with pytest.raises(WrongState):
            await changes.withdraw(db, other, kept, AT)


async def test_declarations_stand_once_until_withdrawn(prepared):
    async with prepared.unit(DISPATCHER) as db:
        for new in (True, False):
            assert await declarations.absent(db, DISPATCHER, "16200001", DAY, AT) is new
            assert await declarations.recused(db, DISPATCHER, 1, 0, "16200001", AT) is new
        (absence,) = await declarations.on_day(db, DISPATCHER, COUNTY, DAY)
        (recusal,) = await declarations.of_draw(db, DISPATCHER, COUNTY, 1)
        assert (absence.kind, recusal.kind, recusal.slot) == ("absence", "recusal", 0)
        await declarations.withdraw(db, DISPATCHER, absence.id, AT)
        assert await declarations.on_day(db, DISPATCHER, COUNTY, DAY) == ()
        assert await declarations.absent(db, DISPATCHER, "16200001", DAY, AT)
        with pytest.raises(WrongState):
            await declarations.withdraw(db, DISPATCHER, absence.id, AT)
