"""Rules that proposals, events and declarations keep by themselves, whatever the code above them does."""

from datetime import timedelta

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


async def test_who_amended_took_over_or_committed_for_the_bureau_drew(prepared):
    amender, taker, committer = (Scope.own(COUNTY, who) for who in ("amender", "taker", "committer"))
    intent = DrawIntent(COUNTY, "routine-source", "routine", "2026Q2", beacon_at=AT)
    async with prepared.unit(amender) as db:
        await draws.amend(db, amender, 1, intent)
        await draws.amend(db, amender, 1, intent)
    async with prepared.unit(taker) as db:
        assert await draws.take_over(db, taker, intent, AT) == 1
        assert (await draws.get(db, taker, COUNTY, 1)).amended_by == ["amender", "taker"]
    async with prepared.unit(committer) as db:
        await draws.keep_commit(db, committer, 1, "bureau", "a" * 64, b"copy", AT, "committer")
        await draws.keep_commit(db, committer, 1, "witness", "b" * 64, b"copy", AT, "guest")
    for hand in (amender, taker, committer):
        with pytest.raises(SameHand):
            async with prepared.unit(hand) as db:
                await changes.keep(db, hand, 1, 1, b"sealed", 0, AT)
        with pytest.raises(SameHand):
            async with prepared.unit(DISPATCHER) as db:
                kept = await changes.keep(db, DISPATCHER, 1, 1, b"sealed", 0, AT)
                await enter(db, hand)
                await changes.approve(db, hand, kept, 1, AT)
    async with prepared.unit(Scope.own(COUNTY, "guest")) as db:  # a witness has no hand in the draw
        await changes.keep(db, Scope.own(COUNTY, "guest"), 1, 1, b"sealed", 0, AT)
    for statement in ("'{}'", "array['amender']"):  # nobody is struck off, whatever the code above does
        with pytest.raises(WrongState):
            async with prepared.unit(amender) as db:
                await db.execute(text(f"update draw set amended_by = {statement}"))


async def test_both_draws_that_change_places_were_amended(prepared):
    amender = Scope.own(COUNTY, "amender")
    second = DrawIntent(COUNTY, "routine-source", "routine", "2026Q2")
    async with prepared.unit(amender) as db:
        await draws.prepare(db, amender, second, AT, "drawer")
        await draws.amend(db, amender, 1, second)
        for number in (1, 2):
            assert (await draws.get(db, amender, COUNTY, number)).amended_by == ["amender"]


async def test_a_declaration_an_event_rests_on_stays(prepared):
    async with prepared.unit(DISPATCHER) as db:
        await declarations.absent(db, DISPATCHER, "16200001", DAY, AT)
        (one,) = await declarations.on_day(db, DISPATCHER, COUNTY, DAY)
        assert await declarations.rest(db, DISPATCHER, [one.id], AT) == 1
        assert await declarations.rest(db, DISPATCHER, [one.id], AT + timedelta(1)) == 1
        assert (await declarations.find(db, DISPATCHER, one.id)).rested_at == AT
    with pytest.raises(WrongState):
        async with prepared.unit(DISPATCHER) as db:
            await declarations.withdraw(db, DISPATCHER, one.id, AT)
    for change in ("rested_at = null", "withdrawn_at = now(), withdrawn_by = 'x'"):
        with pytest.raises(WrongState):
            async with prepared.unit(DISPATCHER) as db:
                await db.execute(text(f"update declaration set {change}"))
    async with prepared.unit(other) as db:
        assert await declarations.find(db, other, one.id) is None
        assert await declarations.rest(db, other, [one.id], AT) == 0
