"""Break-glass typed at the command line: asked, approved with its very words, ended, and what was read."""

import asyncio
import json

import pytest

from policies.access_glass import looker
from services.cli import main
from services.clock import SimulatedClock
from services.home import write_private
from services.looking import name_read
from services.wiring import open_app, settings_for
from tenants.migrate import set_up
from tenants.stores import glass

from . import ceremony as c
from . import lookers as k
from .lookers import WHAT, WHY, XP, ZMD

NAME = "glass_cli"


@pytest.fixture
def home(pg_server, valkey_server, new_home, monkeypatch):
    made = new_home(NAME)
    dsn = pg_server.superuser_dsn.rsplit("/", 1)[0] + f"/{NAME}"
    for name, value in {
        "SHUANGSUI_HOME": str(made.root),
        "SHUANGSUI_DEMO": "1",
        "DATABASE_URL": dsn,
        "REDIS_URL": valkey_server.url,
    }.items():
        monkeypatch.setenv(name, value)
    made.make()
    for role in ("migrator", "app", "auditor", "portal"):
        write_private(made.keys / f"database-{role}", getattr(c.PASSWORDS, role))
    asyncio.run(set_up(pg_server.superuser_dsn, NAME, c.PASSWORDS, identity="shuangsui-demo"))
    SimulatedClock.resume(made.clock_file, c.PLANNED).set(c.PLANNED)
    asyncio.run(furnished(pg_server.superuser_dsn))
    return made


async def furnished(dsn):
    async with open_app(settings_for()) as app:
        await c._furnish(app)
    await k.give(dsn, NAME)


async def looked(id):
    """One read under the approved request, as the web edge makes it."""
    async with open_app(settings_for()) as app:
        async with app.work(k.one(app, ZMD, "sys")) as work:
            (found,) = [one for one in await glass.of_subject(work.control, "sys") if str(one.id) == id]
        who = looker(found)
        name_read(who, "site.read", "GET /desk/sites")
        async with app.work(who):
            pass


@pytest.fixture
def typed(capsys):
    def run(*args, code=0):
        with pytest.raises(SystemExit) as stopped:
            main([*(str(a) for a in args), "--json"])
        said = capsys.readouterr()
        assert stopped.value.code == code, said
        return json.loads(said.out) if said.out.strip() else said.err

    return run


def test_the_whole_way(home, typed):
    order = ("--of", XP, "--reason", WHY, "--purpose", WHAT, "--minutes", 15, "--as", "sys")
    made = typed("glass", "ask", "-b", ZMD, *order)
    typed("glass", "ask", "-b", ZMD, *order, code=5)  # one at a time
    typed("glass", "ask", "-b", XP, *order[:-1], "keeper", code=4)
    (line,) = typed("glass", "list", "-b", XP, "--as", "head")["requests"]
    assert (line["id"], line["state"], line["said"]) == (made["id"], "asked", made["said"])
    approval = ("glass", "approve", "-b", XP, made["id"], "--as", "head", "--request")
    typed(*approval, "别的申请", code=5)
    assert typed(*approval, line["said"])["approved_by"] == "head"
    asyncio.run(looked(made["id"]))
    told = typed("glass", "reads", "-b", XP, made["id"], "--as", "head")
    assert [(r["action"], r["target"]) for r in told["reads"]] == [("site.read", "GET /desk/sites")]
    assert typed("glass", "end", "-b", XP, made["id"], "--as", "head")["ended_by"] == "head"
    (line,) = typed("glass", "list", "-b", ZMD, "--as", "sys")["requests"]
    assert line["state"] == "over"
    typed("glass", "reads", "-b", ZMD, made["id"], "--as", "sys", code=3)  # the bureau's to see
