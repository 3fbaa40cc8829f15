"""Data keys wrapped anew: rotation, another provider, a run cut off, a wrong key. What is sealed stays."""

from itertools import count

import pytest
from sqlalchemy import text

from policies.errors import Problem
from services.drawing import pseudonyms
from services.keys.both import Both
from services.keys.errors import KeysUnavailable
from services.usecases.rewrap_keys import key_status, retire_bureau, rewrap_bureau, rotate_bureau
from services.usecases.void_draw import approve_void, propose_void
from services.visiting.tasksheet import open_sheets
from tenants import journal
from tenants.errors import OtherProvider, SealBroken
from tenants.scope import Scope
from tenants.sealing import LocalFileKeys
from tenants.stores import rewraps

from . import ceremony as c
from . import fieldwork as f

_numbers = count(1)
XP = "411721"


@pytest.fixture
async def app(pg_server, new_home):
    name = f"rewrap_{next(_numbers)}"
    async with c.small_deployment(pg_server.superuser_dsn, new_home(name), name) as opened:
        for number in (1, 2, 3):
            await f.drawn(opened, XP, {10: (4, 6), 11: (5, 7)})
            if number < 3:  # one draw a period counts; the keys of void ones are wrapped all the same
                await void(opened, number)
        yield opened


async def void(app, number):
    async with app.work(c.acting(app, XP, "bureau_admin")) as work:
        made = await propose_void(work, number, "test")
    async with app.work(c.acting(app, XP, "bureau_head")) as work:
        await approve_void(work, number, made.n)


class Vault(LocalFileKeys):
    """Another provider: what it wraps looks like Transit's."""

    kind = "openbao"
    down_after = 10**6

    async def wrap(self, bureau, key):
        self._count()
        return b"vault:v1:" + (await LocalFileKeys(self._folder).wrap(bureau, key)).hex().encode()

    async def unwrap(self, bureau, blob):
        self._count()
        return await LocalFileKeys(self._folder).unwrap(bureau, bytes.fromhex(blob[9:].decode()))

    async def fresh(self, bureau, blob):
        return blob.startswith(b"vault:v")

    def _count(self):
        self.down_after -= 1
        if self.down_after < 0:
            raise KeysUnavailable("ConnectError", server="keys.example")


async def blobs(app):
    scope = Scope.own(XP, "x")
    async with app.database.unit(scope) as db:
        return await rewraps.wrapped(db, scope, XP), await rewraps.history(db, scope, XP)


async def opens(app):
    async with app.work(c.acting(app, XP, "dispatcher")) as work:
        return [len(await open_sheets(work, no, None, "test")) for no in (1, 2, 3)] == [2, 2, 2]


async def test_after_a_rotation_every_key_is_wrapped_anew_and_the_former_dropped(app):
    before, _ = await blobs(app)
    assert (await key_status(app, XP)).as_dict() == {
        "bureau": XP, "present": "local", "by_provider": {"local": 3}, "stale": 0,
    }  # fmt: skip
    assert await rotate_bureau(app, XP) and (await key_status(app, XP)).stale == 3
    assert await opens(app), "meanwhile the former key opens"
    assert not await rotate_bureau(app, XP) and not await retire_bureau(app, XP), "nothing is lost by haste"
    told = []
    done = await rewrap_bureau(app, XP, lambda *step: told.append(step))
    assert done.done == 3 and [step[1] for step in told] == [1, 2, 3, 4]
    after, history = await blobs(app)
    assert not {blob for _, blob in before} & {blob for _, blob in after} and len(history) == 3
    assert await retire_bureau(app, XP) and await opens(app)
    assert (await rewrap_bureau(app, XP)).done == 0, "again, it changes nothing"
    scope = Scope.own(XP, "x")
    async with app.database.unit(scope) as db:
        noted = [e for e in await journal.entries(db, scope, XP, limit=500) if e.action == "keys.rewrap"]
    assert [e.target for e in noted if e.before] == [f"draw/{XP}/{n}" for n in (1, 2, 3)]


async def test_the_former_key_stays_while_pseudonyms_need_it(app):
    await pseudonyms.pseudonym_key(app.keys, app.home.keys, XP)
    assert await rotate_bureau(app, XP)
    path = pseudonyms.path_of(app.home.keys, XP)
    before = path.read_bytes()
    await rewrap_bureau(app, XP)
    fresh = path.read_bytes()
    path.write_bytes(before)
    assert not await retire_bureau(app, XP) and await pseudonyms.pseudonym_key(app.keys, app.home.keys, XP)
    path.write_bytes(fresh)
    assert await retire_bureau(app, XP)


async def test_the_journal_speaks_before_the_former_key_goes(app, monkeypatch):
    await rotate_bureau(app, XP)
    await rewrap_bureau(app, XP)

    async def broken(*_, **__):
        raise KeysUnavailable("x", server="x")

    with monkeypatch.context() as patch:
        patch.setattr(journal, "note", broken)
        with pytest.raises(KeysUnavailable):
            await retire_bureau(app, XP)
    assert LocalFileKeys(app.home.keys).waiting(XP) and await retire_bureau(app, XP)


async def test_a_run_that_was_cut_off_goes_on(app, tmp_path):
    local, vault = app.keys, Vault(tmp_path / "vault")
    vault.down_after = 3
    app.keys = Both(vault, local)
    with pytest.raises(KeysUnavailable):
        await rewrap_bureau(app, XP)
    status = await key_status(app, XP)
    assert status.by_provider == {"local": 2, "openbao": 1} and status.stale == 2
    vault.down_after = 10**6
    assert await opens(app), "while keys move, both open"
    assert (await rewrap_bureau(app, XP)).done == 2
    assert (await key_status(app, XP)).by_provider == {"openbao": 3}
    app.keys = local
    with pytest.raises(OtherProvider, match="rewrap"):
        await opens(app)
    app.keys = Both(local, vault)
    assert (await rewrap_bureau(app, XP)).done == 3 and await opens(app), "and back"


async def test_a_provider_that_gives_another_key_back_changes_nothing(app, tmp_path):
    class Forgetful(Vault):
        async def unwrap(self, bureau, blob):
            return bytes(32)

    before, _ = await blobs(app)
    app.keys = Both(Forgetful(tmp_path / "vault"), app.keys)
    with pytest.raises(SealBroken):
        await rewrap_bureau(app, XP)
    assert await blobs(app) == (before, ())


async def test_with_a_wrong_key_nothing_opens_and_nothing_is_lost(app):
    path = app.home.keys / f"{XP}.key"
    right = path.read_bytes()
    path.write_bytes(bytes(32))
    for act in (lambda: opens(app), lambda: rewrap_bureau(app, XP)):
        with pytest.raises(SealBroken):
            await act()
    path.write_bytes(right)
    assert await opens(app)


async def test_the_database_takes_no_other_key_without_a_row_that_says_so(app):
    scope = Scope.own(XP, "x")
    with pytest.raises(Problem):
        async with app.database.unit(scope) as db:
            await db.execute(text("update draw set wrapped_key = '\\x00' where draw_no = 1"))
    assert (await blobs(app))[1] == ()
