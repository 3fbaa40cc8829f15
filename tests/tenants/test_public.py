"""What the portal role sees: published notices, numbers of frozen draws, the log."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text

from policies.errors import Missing
from tenants.errors import Conflict, OutOfScope, WrongState
from tenants.records import WitnessKey
from tenants.rows import DrawIntent
from tenants.scope import Scope
from tenants.stores import draws, log, notices, public, witness_keys

from .story import AT, COUNTY, OTHER, county, other
from .test_draws import freeze


async def make(database, scope=county, **more):
    async with database.unit(scope) as db:
        return await notices.keep(
            db, scope, kind="result", title="检查结果", body={"result": "正常"}, by="p", **more
        )  # fmt: skip


async def test_the_portal_sees_published_notices_only(database, portal):
    first, second, hidden = [await make(database) for _ in range(3)]
    foreign = await make(database, other)
    async with database.unit(county) as db:
        await notices.publish(db, county, first, AT)
        await notices.publish(db, county, second, AT + timedelta(hours=1))
        assert [n.id for n in await notices.listing(db, county, COUNTY, open_only=True)] == [hidden]
        with pytest.raises(WrongState):
            await notices.publish(db, county, foreign, AT)
    async with portal.public() as db:
        assert set((await db.scalars(text("select id from notice"))).all()) == {first, second}
        assert await db.scalar(text("select count(*) from notice")) == 2
        shown = await public.public_list(db)
        assert [n.id for n in shown] == [second, first]
        assert await public.public_list(db, after=(shown[0].published_at, shown[0].id)) == shown[1:]
        assert await public.public_list(db, OTHER) == await public.public_list(db, kind="plan") == ()
        assert (await public.public_get(db, first)).body == {"result": "正常"}
        for unseen in (hidden, foreign, uuid4()):
            with pytest.raises(Missing):
                await notices.public_get(db, unseen)


async def test_withdrawn_notices_stay_with_their_reason(database, portal):
    made = await make(database)
    async with database.unit(county) as db:
        await notices.publish(db, county, made, AT)
        await notices.withdraw(db, county, made, "数据有误", AT)
    async with portal.public() as db:
        assert (await public.public_get(db, made)).withdrawn_why == "数据有误"
    with pytest.raises(WrongState):
        async with database.unit(county) as db:
            await db.execute(text("update notice set body = '{}'"))


@pytest.mark.parametrize(
    "statement",
    [
        "select * from site",
        "select made_by from notice",
        "select wrapped_key from draw",
        "select blob from task",
        "select * from membership",
        "select * from journal",
        "insert into log_entry values (0, '{}', '', '411721', null, now())",
        "update notice set title = 'x'",
    ],
)
async def test_the_portal_reaches_nothing_else(portal, statement):
    with pytest.raises(OutOfScope):
        async with portal.public() as db:
            await db.execute(text(statement))


async def test_draws_become_public_when_frozen(database, portal):
    intent = DrawIntent(COUNTY, "routine-source", "routine", "2026Q1")
    async with database.unit(county) as db:
        await draws.prepare(db, county, intent, AT, "d")
    async with portal.public() as db:
        assert await draws.public_draws(db) == ()
        assert await db.scalar(text("select count(*) from draw")) == 0
    async with database.unit(county) as db:
        await freeze(db, 1)
    async with portal.public() as db:
        (shown,) = await draws.public_draws(db, COUNTY)
        assert (shown.m, shown.state, shown.z) == ("a" * 64, "frozen", None)
        assert await public.public_draw(db, COUNTY, 1) == shown == await public.public_draw_by_m(db, "a" * 64)
        assert await public.public_draws(db, OTHER) == ()
        assert len(await public.public_bureaus(db)) == 6
        assert (await public.public_bureau(db, COUNTY)).name.endswith("西平分局")


async def test_the_log_is_sequenced(database, portal):
    async with database.unit(county) as db:
        assert await log.append(db, {"t": "manifest", "bureau": COUNTY, "h": "a" * 64}, AT) == 0
        assert await log.append(db, {"t": "result", "bureau": COUNTY, "m": "a" * 64, "z": "b"}, AT) == 1
    async with database.unit(other) as db:
        early = AT - timedelta(hours=1)
        assert await log.append(db, {"t": "roster", "bureau": OTHER, "h": "c"}, early) == 2
        await log.checkpoint_put(db, 3, b"root", "note", AT)
        await log.checkpoint_put(db, 3, b"root", "note", AT)
        await log.cosign_put(db, 3, "city.example/witness", "— city.example/witness AAAA")
        with pytest.raises(Conflict):
            await log.checkpoint_put(db, 3, b"other", "note", AT)
        with pytest.raises(WrongState):
            await log.cosign_put(db, 4, "x", "y")
    async with portal.public() as db:
        entries = await log.entries(db)
        assert [e.entry["at"] for e in entries] == ["2025-12-25T02:00:00Z"] * 3
        assert [e.index for e in await log.of_draw(db, "a" * 64)] == [0, 1]
        assert await log.leaf_hashes(db, 2) == tuple(e.leaf_hash for e in entries[:2])
        assert await log.size(db) == 3 and len(await log.entries(db, 1, 2)) == 1
        latest = await log.checkpoint_latest(db)
        assert latest == await log.checkpoint_at(db, 3) and list(latest.cosignatures) == [
            "city.example/witness"
        ]


async def test_log_entries_never_change(database, owner_rows):
    async with database.unit(county) as db:
        await log.append(db, {"t": "manifest", "bureau": COUNTY, "h": "a" * 64}, AT)
    with pytest.raises(OutOfScope):
        async with database.unit(county) as db:
            await db.execute(text("update log_entry set m = null"))
    with pytest.raises(Exception, match="append-only"):
        await owner_rows("update log_entry set m = null")


async def test_witness_keys(database, portal):
    key = WitnessKey("zhumadian.example/witness", "vkey", "411700", b"public")
    async with database.unit(Scope.for_system()) as db:
        await witness_keys.put(db, key)
        assert await witness_keys.get(db, key.name) == key == await witness_keys.of_bureau(db, "411700")
        assert await witness_keys.all_(db) == (key,)
    async with portal.public() as db:
        assert (await witness_keys.public_all(db))[0].escrow_public is None
