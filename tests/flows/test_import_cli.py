"""A roster typed in at the command line, step by step; a large file is not left to a worker there."""

import asyncio
import json
from datetime import date

import pytest

from policies.roster.columns import SITE_LAYOUT
from services.cli import main
from services.clock import SimulatedClock
from services.demo.granting import give
from services.demo.rosters import SITES
from services.demo.site_rows import site_rows
from services.home import write_private
from services.sheets import read_table
from services.wiring import open_app, settings_for
from tenants.migrate import set_up
from tenants.rows import Membership
from tenants.scope import Scope

from . import ceremony as c

XP = "411721"


@pytest.fixture
def home(pg_server, valkey_server, new_home, monkeypatch):
    made = new_home("import-cli")
    dsn = pg_server.superuser_dsn.rsplit("/", 1)[0] + "/import_cli"
    given = {"SHUANGSUI_HOME": str(made.root), "SHUANGSUI_DEMO": "1", "DATABASE_URL": dsn}
    given |= {"IMPORT_BACKGROUND_KB": "1", "REDIS_URL": valkey_server.url}
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    made.make()
    for role in ("migrator", "app", "auditor", "portal"):
        write_private(made.keys / f"database-{role}", getattr(c.PASSWORDS, role))
    asyncio.run(set_up(pg_server.superuser_dsn, "import_cli", c.PASSWORDS, identity="shuangsui-demo"))
    SimulatedClock.resume(made.clock_file, c.PLANNED).set(c.PLANNED)
    asyncio.run(furnish())
    return made


async def furnish():
    async with open_app(settings_for()) as app:
        await c._furnish(app, {})
        scope = Scope.own(XP, "system")
        async with app.database.unit(scope) as db:
            person = c.person(XP, "keeper")
            await give(db, scope, Membership(XP, person, "registry_keeper", "名录员", date(2025, 12, 1)))


def typed(capsys, *words, exit_code=0):
    with pytest.raises(SystemExit) as done:
        main([*map(str, words), "-b", XP, "--as", c.person(XP, "keeper"), "--json"])
    assert done.value.code == exit_code, capsys.readouterr()
    said = capsys.readouterr().out
    return json.loads(said) if said and not exit_code else {}


def test_a_roster_step_by_step_at_the_command_line(home, tmp_path, capsys):
    rows = [dict(row) for row in site_rows(SITES[XP], "cli")][:4]
    rows[3]["code"] = "x"
    file, back = tmp_path / "台账.csv", tmp_path / "退回.xlsx"
    lines = [",".join("排污企业" if x.key == "name" else x.heading for x in SITE_LAYOUT.columns)]
    lines += [",".join(r.get(x.key, "").replace(",", "") for x in SITE_LAYOUT.columns) for r in rows]
    file.write_text("\n".join(lines), "utf-8")
    asked = typed(capsys, "roster", "check", "sites", file)
    assert asked["state"] == "columns" and asked["open"] == ["排污企业"]
    typed(capsys, "roster", "columns", asked["id"], "--column", "排污企业", exit_code=2)
    found = typed(capsys, "roster", "columns", asked["id"], "--column", "排污企业=name")
    assert (found["state"], found["added"], found["errors"]) == ("checked", 3, 1)
    assert typed(capsys, "roster", "headings", "sites")["headings"] == {"排污企业": "name"}
    second = typed(capsys, "roster", "check", "sites", file, "--refused", back)
    assert second["state"] == "checked" and len(read_table(back, back.name, SITE_LAYOUT).rows) == 1
    assert typed(capsys, "roster", "drop", second["id"])["state"] == "dropped"
    typed(capsys, "roster", "take", second["id"], exit_code=5)
    taken = typed(capsys, "roster", "take", asked["id"])
    assert taken["state"] == "taken" and typed(capsys, "roster", "take", asked["id"]) == taken
    undone = typed(capsys, "roster", "undo", taken["batch"], "--why", "传错文件")
    assert (undone["restored"], undone["closed"]) == (0, 3)
    change_many(capsys, [row["code"] for row in rows[:2]])
    gone = typed(capsys, "roster", "headings", "sites", "--forget", "排污企业")
    assert gone["headings"] == {}


def change_many(capsys, codes):
    """Shown first, taken when asked for, and undone as one step."""
    words = ["roster", "change", "authority", "西平分局", "--why", "机构名称变更"]
    words += [part for code in [*codes, "nobody"] for part in ("--code", code)]
    shown = typed(capsys, *words)
    assert sorted(shown["changes"]) == sorted(codes) and shown["batch"] is None
    assert typed(capsys, *words)["changes"] == shown["changes"]  # nothing was changed by looking
    done = typed(capsys, *words, "--take")
    assert done["batch"] and typed(capsys, *words)["same"] == sorted(codes)
    typed(capsys, "roster", "change", "authority", "x", "--code", codes[0], "--why", "", exit_code=2)
    assert typed(capsys, "roster", "undo", done["batch"], "--why", "名称有误")["restored"] == 2
