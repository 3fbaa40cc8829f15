"""A waiver typed at the command line by its three hands."""

import asyncio
import json
from datetime import date

import pytest

from services.cli import main
from services.clock import SimulatedClock
from services.demo.granting import give
from services.home import write_private
from services.wiring import open_app, settings_for
from tenants.migrate import set_up
from tenants.rows import Membership
from tenants.scope import Scope

from . import ceremony as c

XP, ZMD = "411721", "411700"
LI = c.person(XP, "keeper")
PEOPLE = ((XP, "keeper", "registry_keeper"), (XP, "head", "bureau_head"),
          (ZMD, "head", "bureau_head"), (ZMD, "admin", "bureau_admin"))  # fmt: skip


@pytest.fixture
def home(pg_server, valkey_server, new_home, monkeypatch):
    made = new_home("waiver-cli")
    dsn = pg_server.superuser_dsn.rsplit("/", 1)[0] + "/waiver_cli"
    given = {"SHUANGSUI_HOME": str(made.root), "SHUANGSUI_DEMO": "1", "DATABASE_URL": dsn}
    for name, value in (given | {"REDIS_URL": valkey_server.url}).items():
        monkeypatch.setenv(name, value)
    made.make()
    for role in ("migrator", "app", "auditor", "portal"):
        write_private(made.keys / f"database-{role}", getattr(c.PASSWORDS, role))
    asyncio.run(set_up(pg_server.superuser_dsn, "waiver_cli", c.PASSWORDS, identity="shuangsui-demo"))
    SimulatedClock.resume(made.clock_file, c.PLANNED).set(c.PLANNED)
    asyncio.run(furnished())
    return made


async def furnished() -> None:
    async with open_app(settings_for()) as app:
        await c._furnish(app, {})
        for bureau, post, role in PEOPLE:
            scope = Scope.own(bureau, "system")
            async with app.database.unit(scope) as db:
                await give(
                    db, scope, Membership(bureau, c.person(bureau, post), role, post, date(2025, 12, 1))
                )


def typed(capsys, *words, bureau=XP, who="head", exit_code=0):
    with pytest.raises(SystemExit) as done:
        main(["waiver", *map(str, words), "-b", bureau, "--as", c.person(bureau, who), "--json"])
    assert done.value.code == exit_code, capsys.readouterr()
    said = capsys.readouterr().out
    return json.loads(said) if said and not exit_code else {}


def test_the_whole_way_at_the_command_line(home, capsys):
    pairs = ("--pair", "registry_keeper+drawer", "--pair", "roster_editor+drawer")
    days = ("--since", "2026-01-01", "--until", "2026-12-31")
    why = ("--reason", "全队三人", "--staff", 3)
    made = typed(capsys, "ask", LI, *pairs, *days, *why)
    assert (made["state"], made["above"]) == ("asked", ZMD)
    typed(capsys, "ask", LI, "--pair", "witness+drawer", *days, *why, exit_code=2)
    typed(capsys, "ask", LI, *pairs, *days, *why, who="keeper", exit_code=4)
    (row,) = typed(capsys, "requests", bureau=ZMD)["waivers"]
    assert row["id"] == made["id"]
    city = {"bureau": ZMD, "who": "admin"}
    typed(capsys, "approve", made["id"], bureau=ZMD, exit_code=5)
    done = typed(capsys, "propose", made["id"], "--opinion", "情况属实", "--until", "2026-06-30", **city)
    assert (done["state"], done["until"]) == ("proposed", "2026-06-30")
    typed(capsys, "approve", made["id"], exit_code=3)  # not the bureau's own to decide
    typed(capsys, "approve", made["id"], **city, exit_code=4)
    assert typed(capsys, "approve", made["id"], bureau=ZMD)["state"] == "granted"
    assert typed(capsys, "withdraw", made["id"], "--why", "人员已补充", bureau=ZMD)["state"] == "withdrawn"
    again = typed(capsys, "ask", LI, *pairs, *days, *why)
    assert typed(capsys, "drop", again["id"], "--why", "不需要")["state"] == "dropped"
    third = typed(capsys, "ask", LI, *pairs, *days, *why)
    assert typed(capsys, "refuse", third["id"], "--why", "人员足够", **city)["decided_why"] == "人员足够"
    states = {one["state"] for one in typed(capsys, "list")["waivers"]}
    assert states == {"withdrawn", "dropped", "refused"}
