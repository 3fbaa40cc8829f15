"""Leak cases and keys typed at the command line."""

import asyncio
import json
from datetime import date, datetime

import pytest

from services.cli import main
from services.clock import CHINA, SimulatedClock
from services.demo.granting import give
from services.home import write_private
from services.usecases.dispatch_tasks import dispatch_tasks
from services.usecases.plan_cars import export_cars
from services.wiring import open_app, settings_for
from tenants.migrate import set_up
from tenants.rows import Membership
from tenants.scope import Scope

from . import ceremony as c
from . import fieldwork as f

XP = "411721"
DAY = date(2026, 1, 8)
PEOPLE = (("dispatcher", "dispatcher"), ("head", "bureau_head"), ("admin", "bureau_admin"))


@pytest.fixture
def home(pg_server, valkey_server, new_home, monkeypatch):
    made = new_home("leak-cli")
    dsn = pg_server.superuser_dsn.rsplit("/", 1)[0] + "/leak_cli"
    given = {"SHUANGSUI_HOME": str(made.root), "SHUANGSUI_DEMO": "1", "DATABASE_URL": dsn}
    for name, value in (given | {"REDIS_URL": valkey_server.url}).items():
        monkeypatch.setenv(name, value)
    made.make()
    for role in ("migrator", "app", "auditor", "portal"):
        write_private(made.keys / f"database-{role}", getattr(c.PASSWORDS, role))
    asyncio.run(set_up(pg_server.superuser_dsn, "leak_cli", c.PASSWORDS, identity="shuangsui-demo"))
    SimulatedClock.resume(made.clock_file, c.PLANNED).set(c.PLANNED)
    return made


async def told() -> list[str]:
    """A draw dispatched, and the names of one copy in its order."""
    async with open_app(settings_for()) as app:
        await c._furnish(app, {})
        scope = Scope.own(XP, "system")
        async with app.database.unit(scope) as db:
            for post, role in PEOPLE:
                row = Membership(XP, c.person(XP, post), role, post, date(2025, 12, 1))
                await give(db, scope, row)
        await f.drawn(app, XP, dict.fromkeys(range(10, 24), (4, 6)))
        app.clock.set(datetime(2026, 1, 8, 8, tzinfo=CHINA))
        async with app.work(c.acting(app, XP, "dispatcher")) as work:
            await dispatch_tasks(work, 1, days=[DAY])
        async with app.work(c.acting(app, XP, "dispatcher")) as work:
            return [ride.name for ride in (await export_cars(work, 1)).rows]


def typed(capsys, *words, who="", exit_code=0):
    as_ = ["-b", XP, "--as", c.person(XP, who)] if who else []
    with pytest.raises(SystemExit) as done:
        main([*map(str, words), *as_, "--json"])
    assert done.value.code == exit_code, capsys.readouterr()
    said = capsys.readouterr().out
    return json.loads(said) if said and not exit_code else {}


def test_a_case_and_the_keys_at_the_command_line(home, tmp_path, capsys):
    names = asyncio.run(told())
    found = tmp_path / "found.txt"
    found.write_text("\n".join(f"{n}. {name}" for n, name in enumerate(names)), "utf-8")
    words = ("--channel", "list", "--day", "2026-01-08", "--words", "群里的名单", "--list", found)
    assert typed(capsys, "leak", "report", 1, *words, who="dispatcher")["state"] == "reported"
    typed(capsys, "leak", "show", 1, who="dispatcher", exit_code=4)
    assert typed(capsys, "leak", "trace", "--case", 1, who="admin")["named"] == 1
    assert typed(capsys, "leak", "trace", found, "--draw", 1, who="head")["suspects"][0]["number"] == 1
    typed(capsys, "leak", "trace", found, who="head", exit_code=2)
    measures = ("--finding", "founded", "--measure", "criticism:模拟人员4", "--measure", "remedy")
    assert typed(capsys, "leak", "propose", 1, *measures, who="admin")["proposal"] == 1
    assert typed(capsys, "leak", "decide", 1, "--proposal", 1, who="head")["state"] == "decided"
    typed(capsys, "leak", "close", 1, who="admin", exit_code=5)
    for k in (1, 2):
        typed(capsys, "leak", "done", 1, k, who="admin")
    assert typed(capsys, "leak", "close", 1, who="admin")["state"] == "closed"
    assert [one["words"] for one in typed(capsys, "leak", "show", 1, who="head")["measures"]] == [
        "模拟人员4",
        "",
    ]
    assert typed(capsys, "leak", "counts", who="head") == {XP: {"closed": 1}}
    assert typed(capsys, "keys", "rotate", XP) == {"rotated": {XP: True}}
    assert typed(capsys, "keys", "status", XP)["bureaus"][0]["stale"] == 1
    (done,) = typed(capsys, "keys", "rewrap", XP)["bureaus"]
    assert done["rewrapped"] == 2, "the draw's key and the pseudonyms'"
    assert not done["former_key_dropped"]  # its days for older backups are not over
    assert len(typed(capsys, "leak", "list", who="head")) == 1
    typed(capsys, "keys", "rewrap", exit_code=2)
    typed(capsys, "keys", "rewrap", "999999", exit_code=3)
