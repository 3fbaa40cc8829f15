"""`shuangsui keys check` and `accept`, as typed on the server's console."""

import asyncio
import json

import pytest

from services.cli import main
from services.clock import SimulatedClock
from services.home import write_private
from services.usecases.rewrap_keys import operator
from services.wiring import open_app, settings_for
from tenants.key_checks import CheckedKeys
from tenants.migrate import set_up

from . import ceremony as c
from .census import by_hand

XP, KD = "411721", "150203"


@pytest.fixture
def home(pg_server, valkey_server, new_home, monkeypatch):
    made = new_home("key-cli")
    dsn = pg_server.superuser_dsn.rsplit("/", 1)[0] + "/key_cli"
    given = {"SHUANGSUI_HOME": str(made.root), "SHUANGSUI_DEMO": "1", "DATABASE_URL": dsn}
    for name, value in (given | {"REDIS_URL": valkey_server.url}).items():
        monkeypatch.setenv(name, value)
    made.make()
    for role in ("migrator", "app", "auditor", "portal"):
        write_private(made.keys / f"database-{role}", getattr(c.PASSWORDS, role))
    asyncio.run(set_up(pg_server.superuser_dsn, "key_cli", c.PASSWORDS, identity="shuangsui-demo"))
    SimulatedClock.resume(made.clock_file, c.PLANNED).set(c.PLANNED)
    asyncio.run(used())
    return made


async def used() -> None:
    async with open_app(settings_for()) as app:
        await c._furnish(app, {})
        for bureau in (XP, KD):
            async with app.work(operator(bureau)) as work:
                with by_hand():
                    await CheckedKeys(work.db, work.scope, app.keys).wrap(bureau, bytes(32))


def typed(capsys, *words, exit_code=0):
    with pytest.raises(SystemExit) as done:
        main(["keys", *words])
    told = capsys.readouterr()
    assert done.value.code == exit_code, told
    return told


def test_a_copied_file_is_found_and_a_lost_key_replaced_by_word(home, capsys):
    found = json.loads(typed(capsys, "check", "--all", "--json").out)["bureaus"]
    assert {one["bureau"] for one in found if one["used"]} == {XP, KD} and all(one["ok"] for one in found)
    key, other = (home.keys / f"{code}.key" for code in (XP, KD))
    right = key.read_bytes()
    key.write_bytes(other.read_bytes())
    told = typed(capsys, "check", XP, KD, exit_code=1)
    assert "不符 / wrong" in told.out and "相符 / right" in told.out
    assert "单位密钥不是本单位原来的密钥" in told.err and right.hex() not in told.err
    typed(capsys, "accept", XP, "--why", "x", "--yes", exit_code=1)  # another bureau's is never accepted
    key.unlink()
    typed(capsys, "check", XP, exit_code=1)
    typed(capsys, "accept", XP, "--why", "x", exit_code=2)  # nobody sits at a terminal to ask
    assert not key.exists()
    done = json.loads(typed(capsys, "accept", XP, "--why", "备份不可读", "--yes", "--json").out)
    assert done["bureau"] == XP and key.read_bytes() != right
    typed(capsys, "check", XP)
    typed(capsys, "accept", XP, "--why", "x", "--yes", exit_code=5)
