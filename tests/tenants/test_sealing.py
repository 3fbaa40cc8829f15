"""Sealed lists open at their own place only, and every opening is journalled first."""

import stat

import pytest

from policies.errors import Missing
from tenants import journal
from tenants import sealed as opener
from tenants.errors import NoKey, OtherProvider, SealBroken
from tenants.file_keys import LocalFileKeys
from tenants.rows import DrawIntent
from tenants.sealing import new_data_key, seal, unseal
from tenants.stores import draws, events, sealed, tasks

from .story import AT, CITY, COUNTY, OTHER, approved_change, city, county, other, principal

PLACE = {"bureau": COUNTY, "draw_no": 1, "row": "task/1"}


@pytest.fixture
def keys(tmp_path):
    return LocalFileKeys(tmp_path / "keys")


def test_round_trip():
    key = new_data_key()
    blob = seal(key, "模拟企业".encode(), **PLACE)
    assert unseal(key, blob, **PLACE) == "模拟企业".encode()
    assert seal(key, b"x", **PLACE) != seal(key, b"x", **PLACE)


@pytest.mark.parametrize("change", [{"bureau": OTHER}, {"draw_no": 2}, {"row": "task/2"}])
def test_another_place_does_not_open(change):
    key = new_data_key()
    blob = seal(key, b"x", **PLACE)
    with pytest.raises(SealBroken):
        unseal(key, blob, **(PLACE | change))


@pytest.mark.parametrize(
    "damage", [lambda b: b[:-1], lambda b: b[:-1] + bytes([b[-1] ^ 1]), lambda b: b"", lambda b: b"a"]
)
def test_damage_does_not_open(damage):
    key = new_data_key()
    with pytest.raises(SealBroken):
        unseal(key, damage(seal(key, b"x", **PLACE)), **PLACE)
    with pytest.raises(SealBroken):
        unseal(new_data_key(), seal(key, b"x", **PLACE), **PLACE)


async def test_file_keys(keys, tmp_path):
    with pytest.raises(NoKey):
        await keys.wrap(COUNTY, b"k" * 32)
    await keys.make(COUNTY)
    await keys.make(OTHER)
    blob = await keys.wrap(COUNTY, b"k" * 32)
    assert await keys.unwrap(COUNTY, blob) == b"k" * 32
    assert await LocalFileKeys(tmp_path / "keys").unwrap(COUNTY, blob) == b"k" * 32
    await keys.wrap(OTHER, b"k" * 32)
    with pytest.raises(SealBroken):
        await keys.unwrap(OTHER, blob)
    with pytest.raises(OtherProvider):
        await keys.unwrap(COUNTY, b"vault:v1:AAAA")
    for path in (tmp_path / "keys").iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    (tmp_path / "keys" / f"{COUNTY}.key").unlink()
    with pytest.raises(NoKey):
        await keys.unwrap(COUNTY, blob)
    with pytest.raises(NoKey):
        await keys.wrap("../x", b"k" * 32)


async def test_after_a_rotation_the_former_key_opens_until_it_is_retired(keys):
    await keys.make(COUNTY)
    old = await keys.wrap(COUNTY, b"k" * 32)
    assert await keys.fresh(COUNTY, old)
    assert keys.rotate(COUNTY) and not keys.rotate(COUNTY), "the former key is not overwritten"
    new = await keys.wrap(COUNTY, b"k" * 32)
    assert not await keys.fresh(COUNTY, old) and await keys.fresh(COUNTY, new)
    assert await keys.unwrap(COUNTY, old) == await keys.unwrap(COUNTY, new) == b"k" * 32
    assert keys.retire(COUNTY) and not keys.retire(COUNTY)
    assert await keys.unwrap(COUNTY, new) == b"k" * 32
    with pytest.raises(SealBroken):
        await keys.unwrap(COUNTY, old)


class Counting:
    """A provider that counts how often it is asked."""

    kind = "local"

    def __init__(self, inner):
        self.inner, self.asked = inner, 0

    def __getattr__(self, name):
        return getattr(self.inner, name)

    async def unwrap(self, bureau, blob):
        self.asked += 1
        return await self.inner.unwrap(bureau, blob)


async def test_a_transaction_asks_for_a_data_key_once(with_draw, keys):
    counting = Counting(keys)
    ask = {"actor": principal(county), "why": "x", "at": AT}
    for turn in (1, 2):
        async with with_draw.unit(county) as db:
            for _ in range(3):
                await opener.open_tasks(db, county, counting, COUNTY, 1, None, **ask)
        assert counting.asked == turn, "nothing of it outlives the transaction"


async def test_no_read_waits_for_the_key_server_with_the_journal_locked(with_draw, keys):
    """Else one slow answer holds up every act of the bureau."""

    class Slow(Counting):
        async def unwrap(self, bureau, blob):
            async with with_draw.unit(county) as other_unit:
                await journal.note(other_unit, county, actor=principal(county), action="x", target="y", at=AT)
            return await super().unwrap(bureau, blob)

    async with with_draw.unit(county) as db:
        asked = Slow(keys)
        await opener.open_part(db, county, asked, COUNTY, 1, "lists", actor=principal(county), why="x", at=AT)
    assert asked.asked == 1


@pytest.fixture
async def with_draw(database, keys):
    async with database.unit(county) as db:
        await draws.prepare(db, county, DrawIntent(COUNTY, "routine-source", "routine", "2026Q1"), AT, "d")
        await opener.keep_part(db, county, keys, 1, "lists", b"lists")
        await opener.keep_tasks(db, county, keys, 1, [(n, b"task %d" % n) for n in range(3)])
    return database


async def test_all_visits_of_a_draw_are_sealed_to_one_length(with_draw, keys):
    """Else the length of a name in the ciphertext would tell which site was drawn."""
    later = DrawIntent(COUNTY, "routine-source", "audit", "2026Q1")
    payloads = [(0, b"x"), (1, "名".encode() * 400), (2, b"y" * 4095), (3, b"z" * 4096)]
    async with with_draw.unit(county) as db:
        await draws.prepare(db, county, later, AT, "d")
        await opener.keep_tasks(db, county, keys, 2, payloads)
        assert {len(blob) for _, blob in await tasks.blobs(db, county, COUNTY, 1)} == {4096 + 28}
        assert {len(blob) for _, blob in await tasks.blobs(db, county, COUNTY, 2)} == {2 * 4096 + 28}
        ask = {"actor": principal(county), "why": "x", "at": AT}
        assert await opener.open_tasks(db, county, keys, COUNTY, 2, None, **ask) == payloads
        await approved_change(db, events=2)
        await opener.keep_event(db, county, keys, 1, b"short", "f" * 64, AT)
        await opener.keep_event(db, county, keys, 1, b"longer" * 100, "e" * 64, AT)
        assert len({len(e.blob) for e in await events.of_draw(db, county, COUNTY, 1)}) == 1


@pytest.mark.parametrize("plain", [b"", b"\x80", b"\0" * 9, b"a\x80\0\0", b"b" * 4096])
def test_padding_comes_off_whatever_the_plaintext_ends_with(plain):
    key = new_data_key()
    assert unseal(key, seal(key, plain, **PLACE), **PLACE) == plain
    assert len(seal(key, plain, **PLACE)) % 4096 == 28


async def test_opening_is_journalled(with_draw, keys):
    ask = {"actor": principal(county), "why": "派单", "at": AT}
    async with with_draw.unit(county) as db:
        assert await opener.open_part(db, county, keys, COUNTY, 1, "lists", **ask) == b"lists"
        assert await opener.open_tasks(db, county, keys, COUNTY, 1, [0, 2], **ask) == [
            (0, b"task 0"),
            (2, b"task 2"),
        ]
        assert len(await opener.open_tasks(db, county, keys, COUNTY, 1, None, **ask)) == 3
        noted = await journal.entries(db, county, COUNTY)
    assert [(e.action, e.target) for e in noted] == [
        ("sealed.read", "draw 411721/1 part/lists"),
        ("sealed.read", "draw 411721/1 task/0,2"),
        ("sealed.read", "draw 411721/1 task/0,1,2"),
    ]


async def test_a_failed_opening_is_journalled_too_if_the_unit_commits(with_draw, keys):
    async with with_draw.unit(county) as db:
        with pytest.raises(Missing):
            await opener.open_part(
                db, county, keys, COUNTY, 1, "names", actor=principal(county), why="x", at=AT
            )
    async with with_draw.unit(county) as db:
        assert len(await journal.entries(db, county, COUNTY)) == 1


async def test_the_superiors_opening_stands_in_its_own_journal(with_draw, keys):
    async with with_draw.unit(city) as db:
        got = await opener.open_part(
            db, city, keys, COUNTY, 1, "lists", actor=principal(city), why="x", at=AT
        )
        assert got == b"lists"
        assert len(await journal.entries(db, city, CITY)) == 1


async def test_strangers_find_nothing(with_draw, keys):
    async with with_draw.unit(other) as db:
        with pytest.raises(Missing):
            await opener.open_part(
                db, other, keys, COUNTY, 1, "lists", actor=principal(other), why="x", at=AT
            )
        assert await tasks.blobs(db, other, COUNTY, 1) == ()


async def test_rows_cannot_be_exchanged(with_draw, keys, owner_rows):
    await owner_rows("update task set blob = (select blob from task where slot = 1) where slot = 0")
    async with with_draw.unit(county) as db:
        with pytest.raises(SealBroken):
            await opener.open_tasks(db, county, keys, COUNTY, 1, [0], actor=principal(county), why="x", at=AT)


async def test_secrets_and_events(with_draw, keys):
    ask = {"actor": principal(county), "why": "开奖", "at": AT}
    async with with_draw.unit(county) as db:
        await draws.keep_commit(db, county, 1, "bureau", "c" * 64, b"copy", AT, "b")
        with pytest.raises(Missing):
            await opener.open_reveal(db, county, keys, COUNTY, 1, "bureau", **ask)
        await opener.keep_reveal(db, county, keys, 1, "bureau", b"k" * 32)
        assert await opener.open_reveal(db, county, keys, COUNTY, 1, "bureau", **ask) == b"k" * 32
        assert await opener.open_events(db, county, keys, COUNTY, 1, **ask) == []
        await approved_change(db)
        assert await opener.keep_event(db, county, keys, 1, b"event", "f" * 64, AT) == 1
        assert await opener.open_events(db, county, keys, COUNTY, 1, **ask) == [b"event"]
        assert await sealed.parts(db, county, COUNTY, 1) == ("lists",)
