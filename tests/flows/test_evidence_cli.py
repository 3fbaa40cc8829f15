"""Special sites, merges and the key list at the command line."""

import asyncio
from uuid import uuid4

import pytest

from services.clock import SimulatedClock
from services.home import write_private
from tenants.migrate import set_up

from . import ceremony as c
from .test_import_cli import furnish, typed

SPECIAL, PLAIN = "411721S0012", "411721S0001"


@pytest.fixture
def home(pg_server, valkey_server, new_home, monkeypatch):
    made = new_home("evidence-cli")
    dsn = pg_server.superuser_dsn.rsplit("/", 1)[0] + "/evidence_cli"
    given = {"SHUANGSUI_HOME": str(made.root), "SHUANGSUI_DEMO": "1", "DATABASE_URL": dsn}
    for name, value in (given | {"REDIS_URL": valkey_server.url}).items():
        monkeypatch.setenv(name, value)
    made.make()
    for role in ("migrator", "app", "auditor", "portal"):
        write_private(made.keys / f"database-{role}", getattr(c.PASSWORDS, role))
    asyncio.run(set_up(pg_server.superuser_dsn, "evidence_cli", c.PASSWORDS, identity="shuangsui-demo"))
    SimulatedClock.resume(made.clock_file, c.PLANNED).set(c.PLANNED)
    asyncio.run(furnish())
    return made


def test_special_sites_merges_and_the_key_list_at_the_command_line(home, capsys):
    lacking = [one["code"] for one in typed(capsys, "roster", "special", "--lacking")["sites"]]
    assert SPECIAL in lacking
    add = ["roster", "evidence-add", "--code", SPECIAL, "--code", PLAIN, "--document", "西环罚 3 号"]
    typed(capsys, *add, "--criterion", "x", "--dated", "2025-11-20", exit_code=2)
    made = typed(capsys, *add, "--criterion", "violation", "--dated", "2025-11-20", "--until", "2026-12-31")
    assert made["made"] == [PLAIN] and made["batch"]
    (row,) = typed(capsys, "roster", "evidence", PLAIN)["evidence"]
    assert row["stands"] and (row["dated"], row["until"]) == ("2025-11-20", "2026-12-31")
    assert typed(capsys, "roster", "evidence-withdraw", row["id"], "--why", "有误")["withdrawn"] == "有误"
    typed(capsys, "roster", "evidence-withdraw", row["id"], "--why", "再撤", exit_code=5)
    ended = typed(capsys, "roster", "special-end", SPECIAL, "--why", "整改完成")
    assert SPECIAL not in [one["code"] for one in typed(capsys, "roster", "special")["sites"]]
    assert typed(capsys, "roster", "undo", ended["batch"], "--why", "没有完成")["restored"] == 1
    for words in (["merge-compare"], ["merge-show"], ["merge-take", "--why", "x"], ["merge-drop"]):
        typed(capsys, "roster", words[0], uuid4(), *words[1:], exit_code=3)
    seen = typed(capsys, "roster", "key-list", "2026")
    assert (seen["version"], seen["became"]) == (0, [])
    typed(capsys, "roster", "key-list", "2026", "--take", exit_code=5)
    assert typed(capsys, "roster", "key-list-takings", "2026")["takings"] == []
