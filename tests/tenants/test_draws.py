"""Draws: numbers without gaps, one per period, steps in one direction."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from policies.errors import Missing
from tenants.errors import Conflict, SecondDraw, UnfrozenDraw, WrongState
from tenants.rows import DrawIntent
from tenants.scope import Scope
from tenants.stores import commits, draws, events, sealed, voids

from .story import AT, COUNTY, OTHER, approved_change, city, county, other

INTENT = DrawIntent(COUNTY, "routine-source", "routine", "2026Q1")
BEACON_AT = "2025-12-26T09:00:00+08:00"


def manifest_of(draw_no, prev=draws.ZEROS, intent=INTENT, **changes):
    return {
        "bureau": COUNTY, "draw_no": draw_no, "subject": intent.subject, "item": intent.item,
        "kind": intent.kind, "period": intent.period, "prev": prev, "beacon_at": BEACON_AT,
        "reveal_by": "2026-04-10", "walk": 2**52, **changes,
    }  # fmt: skip


async def prepare(database, scope=county, intent=INTENT):
    async with database.unit(scope) as db:
        return await draws.prepare(db, scope, intent, AT, "drawer")


async def freeze(db, draw_no, prev=draws.ZEROS, intent=INTENT, m="a" * 64):
    await draws.freeze(
        db, county, draw_no, manifest_of(draw_no, prev, intent), {"key": {}}, m, b"wrapped", AT
    )


async def test_prepare_numbers_without_gaps_under_concurrency(database):
    intents = [replace(INTENT, item=f"item-{n}") for n in range(10)]
    numbers = await asyncio.gather(*(prepare(database, intent=i) for i in intents))
    assert sorted(numbers) == list(range(1, 11))
    assert await prepare(database, other, replace(INTENT, subject=OTHER)) == 1


async def test_of_many_for_one_period_exactly_one_wins(database):
    results = await asyncio.gather(*(prepare(database) for _ in range(8)), return_exceptions=True)
    assert [r for r in results if isinstance(r, int)] == [1]
    assert {type(r) for r in results if not isinstance(r, int)} == {SecondDraw}
    assert await prepare(database, intent=replace(INTENT, period="2026Q2")) == 2  # the losers left no gap


async def test_the_constraint_alone_refuses_a_second_draw(database):
    await prepare(database)
    raw = text(
        "insert into draw (bureau, draw_no, subject, item, kind, period, state, authority, created_at,"
        " created_by) values ('411721', 7, '411721', 'routine-source', 'routine', '2026Q1', 'prepared',"
        " 'own', now(), 'x')"
    )
    with pytest.raises(SecondDraw) as caught:
        async with database.unit(county) as db:
            await db.execute(raw)
    assert "411721" not in str(caught.value) and caught.value.__cause__ is None


async def test_life_of_a_draw(database):
    await prepare(database)
    async with database.unit(county) as db:
        assert await draws.last_m(db, county, before=1) == draws.ZEROS
        await freeze(db, 1)
        evidence = {"digits": "12345678901234567890"}
        for _ in range(2):  # the same again changes nothing
            await draws.drawn(db, county, 1, evidence, "b" * 64, "c" * 64, AT, False, {"drawn": 63})
        with pytest.raises(WrongState):
            await draws.drawn(db, county, 1, evidence, "b" * 64, "d" * 64, AT, False, {})
        await draws.opened(db, county, 1, AT)
    async with database.unit(city) as db:
        draw = await draws.get(db, city, COUNTY, 1)
        assert (draw.state, draw.z, draw.m) == ("opened", "c" * 64, "a" * 64)
        assert draw.manifest == manifest_of(1) and draw.beacon_at.isoformat().startswith("2025-12-26T01:00")
        assert [d.draw_no for d in await draws.of_period(db, city, COUNTY, "2026Q1")] == [1]
    async with database.unit(other) as db:
        with pytest.raises(Missing):
            await draws.get(db, other, COUNTY, 1)


CHANGES = (
    "state = 'prepared'",
    "m = 'x'",
    "manifest = '{}'",
    "period = '2026Q2'",
    "wrapped_key = 'x'",
    "state = 'opened', z = 'z'",
    "draw_no = 9",
)


@pytest.mark.parametrize("change", CHANGES)
async def test_a_frozen_draw_does_not_change(database, change):
    await prepare(database)
    async with database.unit(county) as db:
        await freeze(db, 1)
    with pytest.raises(WrongState):
        async with database.unit(county) as db:
            await db.execute(text(f"update draw set {change}"))


KEPT = {
    "frozen": ("beacon_at = now()", "reveal_by = '2030-01-01'", "frozen_at = now()", "frozen_by = 'x'",
               "authority = 'platform'", "beacon_by = 'x'"),
    "drawn": ("drawn_by = 'x'", "late = true", "summary = '{}'"),
    "void": ("void_reason = 'x'", "voided_by = 'x'", "voided_at = now() + interval '1 day'",
             "opened_at = now() + interval '1 day'"),
}  # fmt: skip


@pytest.mark.parametrize(("state", "change"), [(state, one) for state, all_ in KEPT.items() for one in all_])
async def test_who_did_a_step_and_when_stays_as_it_was(database, state, change):
    await prepare(database)
    async with database.unit(county) as db:
        await freeze(db, 1)
        await draws.beacon_entered(db, county, 1)
        if state != "frozen":
            await draws.drawn(db, county, 1, {}, "b" * 64, "c" * 64, AT, False, {"drawn": 63})
        if state == "void":
            await voids.propose(db, county, 1, "重新组织", AT)
    if state == "void":
        head = replace(county, subject="head")
        async with database.unit(head) as db:
            await voids.approve(db, head, 1, 1, AT)
            await draws.void(db, county, 1, "重新组织", "head", AT)
            await draws.opened(db, county, 1, AT)
    with pytest.raises(WrongState):
        async with database.unit(county) as db:
            await db.execute(text(f"update draw set {change}"))


async def test_a_commitment_and_a_freeze_do_not_interleave(database):
    """Else the manifest would miss a commitment that is kept, and its secret could never be asked for."""
    await prepare(database)
    frozen = asyncio.Event()

    async def commit():
        async with database.unit(county) as db:
            await frozen.wait()
            await draws.keep_commit(db, county, 1, "witness", "d" * 64, b"copy", AT, "witness")

    late = asyncio.create_task(commit())
    async with database.unit(county) as db:
        await draws.locked(db, county, 1)
        frozen.set()
        await asyncio.sleep(0.2)  # the commitment waits for the row
        assert not late.done() and await draws.commits(db, county, COUNTY, 1) == ()
        await freeze(db, 1)
    with pytest.raises(WrongState):
        await late


async def test_two_unfrozen_draws_change_places(database):
    audit = replace(INTENT, kind="audit")
    await prepare(database, intent=audit)
    await prepare(database)
    async with database.unit(county) as db:
        await draws.amend(db, county, 1, INTENT)
        kinds = {d.draw_no: d.kind for d in await draws.recent(db, county, COUNTY)}
        assert kinds == {1: "routine", 2: "audit"}
        await freeze(db, 1)
        with pytest.raises(SecondDraw):
            await draws.amend(db, county, 2, INTENT)


async def test_only_an_unfrozen_draw_whose_beacon_passed_is_taken_over(database):
    due = AT + timedelta(hours=1)
    wanted = replace(INTENT, period="2026Q2", beacon_at=due + timedelta(days=80))
    await prepare(database, intent=replace(INTENT, kind="audit", beacon_at=due))
    await prepare(database, intent=replace(INTENT, beacon_at=due))
    async with database.unit(county) as db:
        assert await draws.take_over(db, county, wanted, AT) is None
        assert await draws.take_over(db, county, wanted, due) == 1
        assert (await draws.get(db, county, COUNTY, 1)).period == "2026Q2"
        assert await draws.take_over(db, county, replace(INTENT, beacon_at=due), due) == 2
    async with database.unit(county) as db:
        with pytest.raises(SecondDraw):
            await draws.take_over(db, county, wanted, due)


async def test_the_manifest_must_be_this_draws(database):
    await prepare(database)
    async with database.unit(county) as db:
        for changes in ({"period": "2026Q2"}, {"bureau": OTHER}, {"draw_no": 2}, {"prev": "f" * 64}):
            with pytest.raises(WrongState):
                await draws.freeze(db, county, 1, manifest_of(1) | changes, {}, "a" * 64, None, AT)


async def test_void_frees_the_period_and_keeps_the_number(database):
    await prepare(database)
    async with database.unit(county) as db:
        with pytest.raises(UnfrozenDraw):
            await voids.propose(db, county, 1, "重新组织", AT)
        await freeze(db, 1)
        await voids.propose(db, county, 1, "重新组织", AT)
    head = Scope.own(COUNTY, "head")
    async with database.unit(head) as db:
        await voids.approve(db, head, 1, 1, AT)
        await draws.void(db, head, 1, "重新组织", "head", AT)
        await draws.opened(db, county, 1, AT)
        assert await draws.prepare(db, county, INTENT, AT, "drawer") == 2
        assert await draws.last_m(db, county) == "a" * 64
        await freeze(db, 2, prev="a" * 64, m="e" * 64)
        voided = await draws.get(db, county, COUNTY, 1)
        assert (voided.state, voided.void_reason, voided.opened_at) == ("void", "重新组织", AT)


async def test_the_chain_waits_for_the_draw_before(database):
    second = replace(INTENT, kind="audit")
    await prepare(database)
    await prepare(database, intent=second)
    async with database.unit(county) as db:
        with pytest.raises(UnfrozenDraw):
            await freeze(db, 2, intent=second)
        moved = replace(INTENT, period="2026Q3")
        await draws.amend(db, county, 1, moved)
        await freeze(db, 1, intent=moved)
        await freeze(db, 2, prev="a" * 64, intent=second, m="b" * 64)


async def test_commitments(database):
    await prepare(database)
    async with database.unit(county) as db:
        for role in ("witness", "bureau", "platform"):
            await draws.keep_commit(db, county, 1, role, "c" * 64, b"copy", AT, role)
        kept = await draws.commits(db, county, COUNTY, 1)
        assert [c.role for c in kept] == ["platform", "bureau", "witness"]
        await commits.reveal(db, county, 1, "bureau", b"sealed")
        with pytest.raises(WrongState):
            await commits.reveal(db, county, 1, "bureau", b"other")
    with pytest.raises(Conflict):
        async with database.unit(county) as db:
            await draws.keep_commit(db, county, 1, "bureau", "d" * 64, b"copy", AT, "bureau")
    async with database.unit(county) as db:
        await freeze(db, 1)
        with pytest.raises(WrongState):
            await draws.keep_commit(db, county, 1, "witness", "d" * 64, b"copy", AT, "witness")


async def test_parts_and_events_are_kept_once(database):
    await prepare(database)
    async with database.unit(county) as db:
        await sealed.put(db, county, 1, "lists", b"1")
        assert await events.next_n(db, county, 1) == 1
        await approved_change(db)
        await events.keep(db, county, 1, 1, b"e", "f" * 64, AT)
        assert await events.next_n(db, county, 1) == 2
        assert await sealed.parts(db, county, COUNTY, 1) == ("lists",)
        assert [e.n for e in await events.of_draw(db, county, COUNTY, 1)] == [1]
    with pytest.raises(Conflict):
        async with database.unit(county) as db:
            await sealed.put(db, county, 1, "lists", b"2")
