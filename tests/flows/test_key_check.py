"""Is the key that seals the bureau's own? Another bureau's key in its place seals nothing."""

import re
import shutil
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import text

from services.drawing import pseudonyms
from services.keys.aside import Aside
from services.keys.errors import KeysRefused
from services.metrics import REGISTRY
from services.usecases.check_keys import accept_key, check_key
from services.usecases.rewrap_keys import operator, retire_bureau, rewrap_bureau, rotate_bureau
from tenants import journal, sealed
from tenants.errors import NoKey, SealBroken
from tenants.file_keys import LocalFileKeys
from tenants.key_checks import CheckedKeys
from tenants.key_errors import KeyStillRight, SharedKey, WrongKey
from tenants.roles import administer
from tenants.rows import DrawIntent
from tenants.scope import Scope
from tenants.stores import draws, key_checks, rewraps
from tests.openbao_server import serving

from . import ceremony as c
from .census import by_hand

_numbers = count(1)
XP, KD = "411721", "150203"
TABLES = "draw_sealed", "task", "draw_event", "task_rewrite", "key_check"


@pytest.fixture(scope="module")
async def deployed(pg_server, new_home):
    name = f"keycheck_{next(_numbers)}"
    async with c.small_deployment(pg_server.superuser_dsn, new_home(name), name) as opened:
        opened.settings = replace(opened.settings, keys_keep_days=0)
        yield opened


@pytest.fixture
def forget(deployed, pg_server):
    """Empty tables, past every rule."""

    async def empty(*tables):
        async with deployed.database.unit(Scope.for_system()) as db:
            name = await db.scalar(text("select current_database()"))
        async with administer(pg_server.superuser_dsn, name) as db:
            await db.execute(text("set session_replication_role = replica"))
            for table in tables:
                await db.execute(text(f"delete from {table}"))

    return empty


@pytest.fixture
async def app(deployed, forget):
    """As just installed: no keys, nothing sealed."""
    shutil.rmtree(deployed.home.keys, ignore_errors=True)
    deployed.home.keys.mkdir(mode=0o700)
    await forget("draw", "draw_change", "draw_sealed", "key_check", "key_rewrap")
    deployed.keys = LocalFileKeys(deployed.home.keys)
    return deployed


async def seals(app, bureau, period="2026Q1"):
    """Prepare a draw and seal a part of it."""
    intent = DrawIntent(bureau, "routine-source", "routine", period)
    async with app.work(operator(bureau)) as work:
        with by_hand():
            number = await draws.prepare(work.db, work.scope, intent, work.now, "x")
            await sealed.keep_part(work.db, work.scope, app.keys, number, "lists", b"names")
    return number


async def rows(app, bureau, provider="local"):
    scope = Scope.own(bureau, "x")
    async with app.database.unit(scope) as db:
        return await key_checks.kept(db, scope, bureau, provider)


async def sealed_rows(app, bureau):
    async with app.database.unit(Scope.own(bureau, "x")) as db:
        return [await db.scalar(text(f"select count(*) from {table}")) for table in TABLES]


def alarms(bureau):
    lines = REGISTRY.text().splitlines()
    named = f'shuangsui_alarms_total{{bureau="{bureau}",what="key"}} '
    return sum(int(line.removeprefix(named)) for line in lines if line.startswith(named))


def as_after_a_restart(app):
    app.keys = LocalFileKeys(app.home.keys)


async def test_the_first_use_keeps_a_check_value_and_later_ones_only_compare(app):
    assert await rows(app, XP) == ()
    await seals(app, XP, "2026Q1")
    (kept,) = await rows(app, XP)
    key = (app.home.keys / f"{XP}.key").read_bytes()
    assert key not in kept.blob and kept.version not in key.hex() and len(kept.version) == 32
    for restart in (False, True):
        if restart:
            as_after_a_restart(app)
        await seals(app, XP, f"2026Q{2 + restart}")
        assert await rows(app, XP) == (kept,)
    await seals(app, KD)
    (other,) = await rows(app, KD)
    assert other.version != kept.version


@pytest.mark.parametrize("restart", [False, True])
async def test_two_bureaus_whose_key_files_were_swapped_seal_nothing_and_others_go_on(app, restart, caplog):
    for bureau in (XP, KD, "411700"):
        await seals(app, bureau)
    mine, other = (app.home.keys / f"{code}.key" for code in (XP, KD))
    swap(mine, other)
    if restart:
        as_after_a_restart(app)
    before, rung = [await sealed_rows(app, code) for code in (XP, KD)], alarms(XP)
    for bureau in (XP, KD):
        with pytest.raises(WrongKey, match=f"shuangsui keys check {bureau}"):
            await seals(app, bureau, "2026Q2")
        with pytest.raises(WrongKey):
            async with app.work(operator(bureau)) as work:
                await pseudonyms.of_bureau(work, bureau)
    assert [await sealed_rows(app, code) for code in (XP, KD)] == before, "nothing of it was kept"
    assert not pseudonyms.path_of(app.home.keys, XP).exists()
    assert alarms(XP) == rung + 2 and '"event": "key.wrong"' in caplog.text
    async with app.work(operator(XP)) as work:
        with pytest.raises(WrongKey):
            await sealed.open_part(
                work.db, work.scope, app.keys, XP, 1, "lists", actor=work.principal, why="x", at=work.now
            )
    await seals(app, "411700", "2026Q2")
    swap(mine, other)
    for bureau in (XP, KD):
        await seals(app, bureau, "2026Q2")


def swap(mine, other):
    aside = mine.with_name("aside")
    mine.rename(aside)
    other.rename(mine)
    aside.rename(other)


async def test_a_key_that_is_gone_is_never_made_anew(app):
    await seals(app, XP)
    path = app.home.keys / f"{XP}.key"
    path.unlink()
    for _ in range(2):
        with pytest.raises(NoKey):
            await seals(app, XP, "2026Q2")
        assert not path.exists()
        as_after_a_restart(app)


async def test_the_first_use_after_the_upgrade_proves_the_key_by_what_it_wrapped(app, forget):
    await seals(app, XP)
    await forget("key_check")
    as_after_a_restart(app)
    path = app.home.keys / f"{XP}.key"
    right = path.read_bytes()
    path.write_bytes(bytes(range(32)))
    with pytest.raises(WrongKey):
        await seals(app, XP, "2026Q2")
    assert await rows(app, XP) == ()
    path.unlink()
    with pytest.raises(NoKey):
        await seals(app, XP, "2026Q2")
    assert not path.exists()
    path.write_bytes(right)
    await seals(app, XP, "2026Q2")
    assert len(await rows(app, XP)) == 1


async def test_a_new_bureau_does_not_begin_with_a_copied_key(app):
    await seals(app, KD)
    shutil.copy(app.home.keys / f"{KD}.key", app.home.keys / f"{XP}.key")
    with pytest.raises(SharedKey):
        await seals(app, XP)
    with pytest.raises(SharedKey):
        await accept_key(app, XP, "x")
    assert await rows(app, XP) == ()


async def test_a_rotated_key_follows_also_where_the_database_has_not_heard_of_it(app):
    """A crash between the files and the commit, or a backup restored from before the rotation."""
    await seals(app, XP)
    (first,) = await rows(app, XP)
    keys = LocalFileKeys(app.home.keys)
    assert keys.rotate(XP) and len(await rows(app, XP)) == 1
    as_after_a_restart(app)
    await seals(app, XP, "2026Q2")
    second, still = await rows(app, XP)
    assert still == first and second.version != first.version
    (app.home.keys / f"{XP}.key").write_bytes(bytes(range(32)))  # beside a former key that is right
    with pytest.raises(WrongKey):
        await seals(app, XP, "2026Q3")


async def test_after_a_rotation_only_the_new_key_counts(app):
    await seals(app, XP)
    former = (app.home.keys / f"{XP}.key").read_bytes()
    assert await rotate_bureau(app, XP) and len(await rows(app, XP)) == 2
    await rewrap_bureau(app, XP)
    assert (await retire_bureau(app, XP)).dropped
    (kept,) = await rows(app, XP)
    assert (await check_key(app, XP)).version == kept.version
    assert not (app.home.keys / f"{XP}.key.heir").exists()
    (app.home.keys / f"{XP}.key").write_bytes(former)  # an old backup of the folder
    as_after_a_restart(app)
    with pytest.raises(WrongKey):
        await seals(app, XP, "2026Q2")


async def test_the_operator_checks_and_takes_another_key_only_for_a_lost_one(app):
    found = await check_key(app, XP)
    assert found.ok and not found.used and not (app.home.keys / f"{XP}.key").exists()
    await seals(app, XP)
    assert (await check_key(app, XP)).ok
    with pytest.raises(KeyStillRight):
        await accept_key(app, XP, "x")
    (app.home.keys / f"{XP}.key").unlink()
    found = await check_key(app, XP)
    assert found.as_dict() == {
        "bureau": XP, "provider": "local", "ok": False, "used": True, "version": "", "problem": "NoKey",
    }  # fmt: skip
    version = await accept_key(app, XP, "服务器损毁")
    assert (await check_key(app, XP)).version == version
    number = await seals(app, XP, "2026Q2")
    async with app.work(operator(XP)) as work:
        ask = {"actor": work.principal, "why": "x", "at": work.now}
        assert await sealed.open_part(work.db, work.scope, app.keys, XP, number, "lists", **ask) == b"names"
        with pytest.raises(SealBroken):  # the lost key's; the present key is not to blame
            await sealed.open_part(work.db, work.scope, app.keys, XP, number - 1, "lists", **ask)
    scope = Scope.own(XP, "x")
    async with app.database.unit(scope) as db:
        noted = [e for e in await journal.entries(db, scope, XP, limit=500) if e.action == "keys.check"]
    assert {"provider": "local", "version": version, "accepted": True} in [e.after for e in noted]
    assert "服务器损毁" in [e.why for e in noted]


async def test_nothing_wraps_or_opens_past_the_check(app):
    """The fault of before: a provider used bare seals by whatever lies there."""
    await seals(app, XP)
    (app.home.keys / f"{XP}.key").write_bytes(bytes(range(32)))
    assert await app.keys.wrap(XP, bytes(32)), "bare, it does"
    async with app.work(operator(XP)) as work:
        with pytest.raises(WrongKey):
            await CheckedKeys(work.db, work.scope, app.keys).wrap(XP, bytes(32))
    async with app.work(operator(XP)) as work:
        assert await rewraps.wrapped(work.db, work.scope, XP)
    with pytest.raises(WrongKey):
        await rewrap_bureau(app, XP)


async def test_the_database_keeps_what_was_said_of_a_key(app):
    await seals(app, XP)
    scope = Scope.own(XP, "x")
    for statement in ("update key_check set version = 'x'", "delete from key_check"):
        with pytest.raises(Exception, match=r"permission denied|append-only|范围"):
            async with app.database.unit(scope) as db:
                await db.execute(text(statement))
    assert len(await rows(app, XP)) == 1


async def test_a_key_server_restored_from_another_deployment_seals_nothing(app, tmp_path):
    with serving(tmp_path) as bao:
        app.keys = Aside(bao.keys())
        await seals(app, XP)
        name = f"transit/keys/shuangsui-{XP}"
        assert bao.ask("POST", f"{name}/rotate").is_success
        await seals(app, XP, "2026Q2")
        assert [one.version for one in await rows(app, XP, "openbao")] == ["v2", "v1"]
        assert bao.ask("POST", f"{name}/config", deletion_allowed=True).is_success
        assert bao.ask("DELETE", name).is_success
        with pytest.raises(KeysRefused):  # none is made anew, also by a process that knew the key
            await seals(app, XP, "2026Q3")
        assert bao.ask("GET", name).status_code == 404
        bao.keys().make(XP)  # another one of the same name and version
        assert (await check_key(app, XP)).as_dict()["problem"] == "WrongKey"
        with pytest.raises(WrongKey, match="openbao"):
            await seals(app, XP, "2026Q3")
        assert (await sealed_rows(app, XP))[0] == 2
        await seals(app, KD)


PROVIDERS = ("services/keys/", "tenants/file_keys.py", "tenants/key_checks.py")
CHECKED = {"tenants/sealed.py", "services/usecases/rewrap_keys.py", "services/drawing/pseudonyms.py"}


def test_nobody_else_wraps() -> None:
    """Whoever wraps a key stands here by name, and hands in a checked provider."""
    root, found = Path(__file__).parents[2], set()
    for folder in ("services", "tenants"):
        for path in (root / folder).rglob("*.py"):
            name = path.relative_to(root).as_posix()
            if not name.startswith(PROVIDERS) and re.search(r"\.wrap\(", path.read_text("utf-8")):
                found.add(name)
    assert found == CHECKED
    for name in CHECKED:
        assert "CheckedKeys(" in (root / name).read_text("utf-8")
