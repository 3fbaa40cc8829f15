"""Data keys wrapped anew: rotation, another provider, a run cut off, a wrong key. What is sealed stays."""

from dataclasses import replace
from datetime import timedelta
from itertools import count
from uuid import uuid4

import pytest
from sqlalchemy import text

from policies.errors import Problem
from services.clock import CHINA
from services.drawing import pseudonyms
from services.keys.both import Both
from services.keys.errors import KeysUnavailable
from services.usecases.rewrap_keys import key_status, operator, retire_bureau, rewrap_bureau, rotate_bureau
from services.usecases.void_draw import approve_void, propose_void
from services.visiting.tasksheet import open_sheets
from tenants import journal, sealed
from tenants.entering import plain
from tenants.errors import OtherProvider, SealBroken
from tenants.file_keys import LocalFileKeys
from tenants.in_doubt import SYSTEM, Gid
from tenants.key_errors import WrongKey
from tenants.locks import hold
from tenants.roles import administer
from tenants.rows import DrawIntent
from tenants.scope import Scope
from tenants.stores import draws, rewraps

from . import ceremony as c
from . import fieldwork as f
from .census import by_hand

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
        opened.settings = replace(opened.settings, keys_keep_days=0)
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

    async def mark(self, bureau, blob):
        return "v1"

    async def descends(self, bureau, blob):
        return bool(await self.unwrap(bureau, blob))

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
    assert not await rotate_bureau(app, XP), "nothing is lost by haste"
    assert (await retire_bureau(app, XP)).why == "stale"
    told = []
    done = await rewrap_bureau(app, XP, lambda *step: told.append(step))
    assert done.done == 3 and [step[1] for step in told] == [1, 2, 3, 4]
    after, history = await blobs(app)
    assert not {blob for _, blob in before} & {blob for _, blob in after} and len(history) == 3
    assert (await retire_bureau(app, XP)).dropped and await opens(app)
    assert (await retire_bureau(app, XP)).why == "none"
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
    assert (await retire_bureau(app, XP)).why == "stale"
    assert await pseudonyms.pseudonym_key(app.keys, app.home.keys, XP)
    path.write_bytes(fresh)
    assert (await retire_bureau(app, XP)).dropped


async def test_the_journal_speaks_before_the_former_key_goes(app, monkeypatch):
    await rotate_bureau(app, XP)
    await rewrap_bureau(app, XP)

    async def broken(*_, **__):
        raise KeysUnavailable("x", server="x")

    with monkeypatch.context() as patch:
        patch.setattr(journal, "note", broken)
        with pytest.raises(KeysUnavailable):
            await retire_bureau(app, XP)
    assert LocalFileKeys(app.home.keys).waiting(XP) and (await retire_bureau(app, XP)).dropped


async def test_the_former_key_stays_its_days_for_the_backups_from_before(app):
    app.settings = replace(app.settings, keys_keep_days=30)
    await rotate_bureau(app, XP)
    await rewrap_bureau(app, XP)
    done = app.clock.now()
    kept = await retire_bureau(app, XP)
    assert (kept.why, kept.until) == ("kept", (done + timedelta(days=30)).astimezone(CHINA).date())
    app.clock.set(done + timedelta(days=29, hours=23))
    await rewrap_bureau(app, XP)
    assert (await retire_bureau(app, XP)).why == "kept"
    app.clock.set(done + timedelta(days=30))
    assert (await retire_bureau(app, XP)).dropped, "a rewrap with nothing to do does not begin the days anew"


async def test_while_somebody_wraps_a_key_none_is_dropped(app):
    """An open transaction wrapped by the key of before: nobody sees its row, and it must still open."""
    async with app.work(operator(XP)) as work:
        await sealed.share_keys(work.db, XP)
        before = await app.keys.wrap(XP, bytes(32))
        await rotate_bureau(app, XP)
        await rewrap_bureau(app, XP)  # shares the lock, so it goes on meanwhile
        assert (await retire_bureau(app, XP)).why == "busy"
        assert await app.keys.unwrap(XP, before) == bytes(32)
    assert (await retire_bureau(app, XP)).dropped


async def test_a_first_data_key_in_an_open_transaction_holds_the_key_it_is_wrapped_by(app):
    intent = DrawIntent(XP, "routine-source", "routine", "2026Q2")
    async with app.work(operator(XP)) as work:
        with by_hand():
            number = await draws.prepare(work.db, work.scope, intent, work.now, "x")
            made = await sealed.data_key(work.db, work.scope, app.keys, number)
        await rotate_bureau(app, XP)
        await rewrap_bureau(app, XP)
        assert (await retire_bureau(app, XP)).why == "busy"
    assert (await retire_bureau(app, XP)).why == "stale", "now it is seen"
    await rewrap_bureau(app, XP)
    assert (await retire_bureau(app, XP)).dropped
    async with app.work(operator(XP)) as work:
        assert await sealed.data_key(work.db, work.scope, app.keys, number) == made


async def test_while_transactions_are_in_doubt_no_key_is_dropped(pg_server, new_home):
    """A unit that prepared its half in the bureau's own database may have wrapped a key; it decides first."""
    name = f"rewrap_{next(_numbers)}"
    c.LIVING.set({XP: "own1"})
    async with c.small_deployment(pg_server.superuser_dsn, new_home(name), name) as app:
        app.settings = replace(app.settings, keys_keep_days=0)
        await rotate_bureau(app, XP)
        await rewrap_bureau(app, XP)
        gid = Gid(app.database.deployment, uuid4(), "own1")
        async with (await app.database.own("own1")).outside() as there:
            half = "begin; select pg_current_xact_id(); prepare transaction"
            await plain(there, f"{half} '{gid.text}'")
        async with app.database.control.unit(SYSTEM) as db:  # its unit is alive
            await hold(db, "unit", gid.unit.hex)
            assert (await retire_bureau(app, XP)).why == "in_doubt"
        assert (await retire_bureau(app, XP)).dropped, "it died: nothing of it stays"


async def test_while_a_database_does_not_answer_no_key_is_dropped(pg_server, new_home):
    name = f"rewrap_{next(_numbers)}"
    c.LIVING.set({"150203": "own1"})
    async with c.small_deployment(pg_server.superuser_dsn, new_home(name), name) as app:
        app.settings = replace(app.settings, keys_keep_days=0)
        await rotate_bureau(app, XP)
        async with administer(pg_server.superuser_dsn) as db:
            await db.execute(text(f'alter database "{name}_own1" allow_connections false'))
            cut = "select pg_terminate_backend(pid) from pg_stat_activity where datname = :name"
            await db.execute(text(cut), {"name": f"{name}_own1"})
        try:
            assert (await retire_bureau(app, XP)).why == "in_doubt"
        finally:
            async with administer(pg_server.superuser_dsn) as db:
                await db.execute(text(f'alter database "{name}_own1" allow_connections true'))


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
    for act in (lambda: opens(app), lambda: rewrap_bureau(app, XP), lambda: rotate_bureau(app, XP)):
        with pytest.raises(WrongKey, match="其他单位不受影响"):
            await act()
    path.write_bytes(right)
    assert await opens(app)


async def test_the_database_takes_no_other_key_without_a_row_that_says_so(app):
    scope = Scope.own(XP, "x")
    with pytest.raises(Problem):
        async with app.database.unit(scope) as db:
            await db.execute(text("update draw set wrapped_key = '\\x00' where draw_no = 1"))
    assert (await blobs(app))[1] == ()
