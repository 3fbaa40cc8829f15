"""Plans, choices, outbox, idempotency keys."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta

import pytest

from tenants.errors import Conflict, SameHand, WrongState
from tenants.rows import RuleChoice
from tenants.stores import choices, idempotency, outbox, plans

from .story import AT, CITY, COUNTY, city, county, other

CHOICE = RuleChoice(
    COUNTY, "quota.key", date(2026, 1, 1), "1/4", {"text": "会议纪要"}, {"staff": 30}, "head", None, AT
)  # fmt: skip


async def test_plan_versions(database):
    async with database.unit(county) as db:
        assert await plans.keep(db, county, 2026, {"lines": []}, "maker", AT) == 1
        assert await plans.keep(db, county, 2026, {"lines": [1]}, "maker", AT) == 2
        await plans.approve(db, county, 2026, 1, "head", AT)
        with pytest.raises(WrongState):
            await plans.approve(db, county, 2026, 1, "head", AT)
        latest = await plans.latest(db, county, COUNTY, 2026)
        approved = await plans.latest(db, county, COUNTY, 2026, approved_only=True)
        assert (latest.version, approved.version) == (2, 1)
        assert len(await plans.versions(db, county, COUNTY, 2026)) == 2
    with pytest.raises(SameHand):
        async with database.unit(county) as db:
            await plans.approve(db, county, 2026, 2, "maker", AT)


async def test_choices(database):
    async with database.unit(county) as db:
        await choices.put(db, county, CHOICE)
        assert await choices.all_of(db, county, COUNTY, approved_only=True) == ()
        await choices.approve(db, county, CHOICE.key, CHOICE.effective, "city")
        assert await choices.all_of(db, county, COUNTY) == (replace(CHOICE, approved_by="city"),)
    with pytest.raises(Conflict):
        async with database.unit(county) as db:
            await choices.put(db, county, CHOICE)
    with pytest.raises(SameHand):
        async with database.unit(city) as db:
            await choices.put(db, city, replace(CHOICE, bureau=CITY, approved_by="head"))


async def test_leases_are_exclusive_and_run_out(database):
    async with database.unit(county) as db:
        made = [await outbox.add(db, county, "notice", {"n": n}, AT + timedelta(seconds=n)) for n in range(4)]
    until = AT + timedelta(minutes=1)

    async def take(now):
        async with database.unit(county) as db:
            items = await outbox.lease(db, county, now, until, limit=2)
            await asyncio.sleep(0.02)
            return [item.id for item in items]

    first, second = await asyncio.gather(take(AT), take(AT))
    assert sorted(first + second) == sorted(made) and await take(AT) == []
    async with database.unit(county) as db:
        await outbox.done(db, county, made[0], AT)
        await outbox.fail(db, county, made[1], "timeout", AT + timedelta(hours=1))
        (third, fourth) = await outbox.lease(db, county, until + timedelta(seconds=1), until)
        assert [third.id, fourth.id] == made[2:] and third.tries == 2
        with pytest.raises(WrongState):
            await outbox.done(db, county, made[0], AT)
        await outbox.clear(db, county, AT + timedelta(days=1))
    async with database.unit(other) as db:
        assert await outbox.lease(db, other, AT + timedelta(days=9), until) == ()


async def test_idempotency_keys(database):
    async with database.unit(county) as db:
        assert await idempotency.find(db, county, "li", "k1") is None
        await idempotency.keep(db, county, "li", "k1", "0" * 64, AT)
        await idempotency.answer(db, county, "li", "k1", 201, {"draw_no": 1})
        kept = await idempotency.find(db, county, "li", "k1")
        assert (kept.status, kept.response) == (201, {"draw_no": 1})
        assert await idempotency.find(db, county, "wang", "k1") is None
    with pytest.raises(Conflict):
        async with database.unit(county) as db:
            await idempotency.keep(db, county, "li", "k1", "1" * 64, AT)
    async with database.unit(county) as db:
        await idempotency.clear(db, county, AT + timedelta(days=1))
        assert await idempotency.find(db, county, "li", "k1") is None
