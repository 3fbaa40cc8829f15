"""A log that is not the one that was signed signs nothing more: altered rows, and restored older copies."""

from contextlib import asynccontextmanager
from itertools import count
from urllib.parse import urlsplit

import asyncpg
import pytest

from policies.rd1.canonical import jcs, sha256
from policies.rd1.logs import journal_entry
from policies.rd1.logs_notes import WITNESS_KEY, Signer
from services.drawing.draw_errors import KeyReplaced
from services.settings import DEMO_ORIGIN
from services.tlog.intact import LogDamaged
from services.tlog.keeper import SYSTEM, LogKeeper
from services.tlog.tree import Tree
from services.usecases.register_witness import admit_witness
from tenants.stores import log, witness_keys

from . import ceremony as c

_numbers = count(1)
XP, CITY = "411721", "411700"


@pytest.fixture
async def app(pg_server, new_home):
    name = f"intact_{next(_numbers)}"
    async with c.small_deployment(pg_server.superuser_dsn, new_home(name), name) as opened:
        yield opened


@pytest.fixture
def restored(pg_server, app):
    """Runs statements as somebody with the database in their hands, whom no guard stops."""
    dsn = urlsplit(pg_server.superuser_dsn)._replace(path=f"/{app.home.root.name}").geturl()

    async def run(*statements):
        connection = await asyncpg.connect(dsn, timeout=10)
        try:
            await connection.execute("set session_replication_role = replica")
            for statement, *values in statements:
                await connection.execute(statement, *values)
        finally:
            await connection.close()

    return run


async def grow(app, number):
    async with app.database.unit(SYSTEM) as db:
        for _ in range(number):
            entry = journal_entry(XP, sha256(bytes([next(_numbers) % 256])), "2025-12-15T00:00:00Z")
            await log.append(db, entry, app.clock.now())


async def reopened(app):
    return await LogKeeper.open(app.database, home=app.home, origin=DEMO_ORIGIN, clock=app.clock)


async def kept(app):
    async with app.database.unit(SYSTEM, read_only=True) as db:
        return [(one.size, one.root) for one in await log.checkpoints(db)]


@asynccontextmanager
async def refused(app, *words):
    """Whoever acts here is refused, and no checkpoint comes or changes."""
    before, published = await kept(app), (app.home.log / "checkpoint").read_bytes()
    with pytest.raises(LogDamaged) as caught:
        yield
    assert await kept(app) == before and (app.home.log / "checkpoint").read_bytes() == published
    for language in ("zh", "en"):
        assert all(word in caught.value.line(language) for word in words), caught.value.line(language)


def altered(entry):
    changed = {**entry, "bureau": "150203"}
    return changed, sha256(b"\0" + jcs(changed))


async def test_a_whole_log_is_opened_and_grows_on(app):
    for number in (3, 1, 4):
        await grow(app, number)
        assert (await app.log.publish()).size == (await (await reopened(app)).publish()).size
    await grow(app, 2)  # committed, not signed: a crash came between
    assert (await (await reopened(app)).latest()).size == 10
    assert [size for size, _ in await kept(app)] == [3, 4, 8, 10]


async def test_an_entry_that_is_not_the_one_hashed_is_found(app, restored):
    await grow(app, 5)
    await app.log.publish()
    await restored(
        ("update log_entry set entry = jsonb_set(entry, '{bureau}', '\"150203\"') where index = 2",)
    )
    await grow(app, 1)
    async with refused(app, "index 2", "leaf_hash"):
        await reopened(app)


async def test_an_entry_altered_with_its_hash_does_not_fit_the_signed_root(app, restored):
    await grow(app, 5)
    root = (await app.log.publish()).root.hex()
    (entry,) = await app.log.entries(2, 3)
    changed, leaf = altered(entry)
    row = "update log_entry set entry = $1::text::jsonb, leaf_hash = $2 where index = 2"
    await restored((row, jcs(changed).decode(), leaf))
    await grow(app, 1)
    async with refused(app, "size 5", root):
        await reopened(app)
    # … nor when the checkpoint's own row was made to fit: what it was signed over stands in the note
    async with app.database.unit(SYSTEM, read_only=True) as db:
        forged = Tree(await log.leaf_hashes(db, 5)).root()
    await restored(("update log_checkpoint set root = $1 where size = 5", forged))
    async with refused(app, "size 5", root):
        await reopened(app)


OLDER = (
    ("delete from log_entry where index >= 3",),
    ("delete from log_checkpoint where size > 3",),
)


async def test_a_database_older_than_the_published_checkpoint_is_found_at_the_start(app, restored):
    await grow(app, 3)
    await app.log.publish()
    await grow(app, 2)
    await app.log.publish()
    await restored(*OLDER)
    async with refused(app, "size 3", "size 5"):
        await reopened(app)
    await grow(app, 4)  # the other history grew beyond the first one
    async with refused(app, "size 5"):
        await reopened(app)


@pytest.mark.parametrize("more", [0, 1, 2, 6])
async def test_and_when_it_was_restored_under_a_running_service(app, restored, more):
    await grow(app, 3)
    await app.log.publish()
    await grow(app, 2)
    await app.log.publish()
    await restored(*OLDER)
    await grow(app, more)
    for _ in range(2):  # it stays so
        async with refused(app):
            await app.log.publish()


async def test_entries_lost_under_a_kept_checkpoint_are_found(app, restored):
    await grow(app, 4)
    await app.log.publish()
    (app.home.log / "checkpoint").rename(app.home.log / "away")
    await restored(("delete from log_entry where index = 3",))
    with pytest.raises(LogDamaged, match="size 4"):
        await reopened(app)
    assert [size for size, _ in await kept(app)] == [4]


async def test_what_an_administrator_admits_never_counts_as_a_superior_s(app):
    superiors = {key.name for key in await app.log.superiors()}
    assert superiors == set(c.WITNESSES.values())
    key = Signer("paper.example/witness", WITNESS_KEY, bytes([7]) * 32).verifier.text()
    own = Signer("411700.witness/1", WITNESS_KEY, bytes([8]) * 32).verifier.text()
    admin = c.acting(app, CITY, "bureau_admin")
    assert (await admit_witness(app, admin, key, outsider=True)).escrow_public is None
    assert (await admit_witness(app, admin, own)).bureau == CITY
    same = Signer(c.WITNESSES[CITY], WITNESS_KEY, bytes([9]) * 32).verifier.text()
    for outsider in (False, True):
        with pytest.raises(KeyReplaced):
            await admit_witness(app, admin, same, outsider=outsider)
    async with app.database.unit(SYSTEM, read_only=True) as db:
        assert {"paper.example/witness", "411700.witness/1"} <= {k.name for k in await witness_keys.all_(db)}
    assert {key.name for key in await app.log.superiors()} == superiors
