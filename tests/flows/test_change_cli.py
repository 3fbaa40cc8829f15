"""Changes and the superior's opening typed at the command line, files carried to the witness's device."""

import asyncio
import json
from datetime import date, timedelta

import pytest

from services.cli import main
from services.clock import CHINA, SimulatedClock
from services.demo.granting import give
from services.home import write_private
from services.wiring import open_app, settings_for
from tenants.migrate import set_up
from tenants.rows import Membership
from tenants.scope import Scope

from . import ceremony as c
from . import changing as g

XP, ZMD = "411721", "411700"
PEOPLE = (
    (XP, "dispatcher", "dispatcher"),
    (XP, "head", "bureau_head"),
    (XP, "drawer", "drawer"),
    (ZMD, "auditor", "city_auditor"),
)


@pytest.fixture
def home(pg_server, valkey_server, new_home, monkeypatch):
    made = new_home("change-cli")
    dsn = pg_server.superuser_dsn.rsplit("/", 1)[0] + "/change_cli"
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
    asyncio.run(set_up(pg_server.superuser_dsn, "change_cli", c.PASSWORDS, identity="shuangsui-demo"))
    SimulatedClock.resume(made.clock_file, c.PLANNED).set(c.PLANNED)
    asyncio.run(drawn())
    return made


async def drawn():
    async with open_app(settings_for()) as app:
        await c._furnish(app)
        for bureau, post, role in PEOPLE:
            scope = Scope.own(bureau, "system")
            async with app.database.unit(scope) as db:
                row = Membership(bureau, c.person(bureau, post), role, post, date(2025, 12, 1))
                await give(db, scope, row)
        await g.drawn(app, XP)
        await g.dispatch(app, XP, 1)


@pytest.fixture
def typed(capsys):
    def run(*args, code=0):
        with pytest.raises(SystemExit) as stopped:
            main([*(str(a) for a in args), "--json"])
        said = capsys.readouterr()
        assert stopped.value.code == code, said
        return json.loads(said.out) if said.out.strip() else said.err

    return run


def test_substitution_cancellation_and_the_superiors_copy(home, typed, tmp_path):
    dispatcher = ("-b", XP, "--as", c.person(XP, "dispatcher"))
    head = ("-b", XP, "--as", c.person(XP, "head"))
    slot = typed("task", "board", 1, *dispatcher)[0]
    sick = (
        "--kind",
        "substitute",
        "--slot",
        slot["slot"],
        "--officer",
        slot["team"][0],
        "--reason",
        "因病请假",
    )
    (due,) = typed("draw", "change", 1, *dispatcher, *sick, "--absent", "--preview")
    assert due["into"] and due["out"] != due["into"]
    made = typed("draw", "change", 1, *dispatcher, *sick, "--absent")
    assert made["proposal"] == 1
    typed("draw", "change-approve", 1, *head, "--proposal", 1, code=2)  # nobody to ask: --yes is needed
    typed("draw", "change-approve", 1, *dispatcher, "--proposal", 1, "--yes", code=4)
    assert typed("draw", "change-approve", 1, *head, "--proposal", 1, "--yes")["events"][0]["n"] == 1
    off = ("--kind", "cancel", "--slot", slot["slot"], "--reason", "force_majeure")
    again = typed("draw", "change", 1, *dispatcher, *off)["proposal"]
    typed("draw", "change-withdraw", 1, *head, "--proposal", again)
    assert [one["state"] for one in typed("draw", "changes", 1, *head)["lines"]] == ["withdrawn", "approved"]
    typed("draw", "find-visit", 1, *dispatcher, "411721S9999", code=3)
    superior(home, typed, tmp_path)


def superior(home, typed, tmp_path):
    auditor = ("-b", ZMD, "--as", c.person(ZMD, "auditor"), "--district", XP)
    early = typed("draw", "superior-open", 1, *auditor, code=5)
    assert early["error"]["code"] == "BeforeRevealDay"
    shown = typed("draw", "show", 1, "-b", XP, "--as", c.person(XP, "drawer"))
    day = date.fromisoformat(shown["reveal_by"])
    moment = c.BEACON.replace(year=day.year, month=day.month, day=day.day) + timedelta(hours=1)
    SimulatedClock.resume(home.clock_file, c.PLANNED).set(moment.astimezone(CHINA))
    pack = tmp_path / "pack.json"
    pack.write_text(json.dumps(typed("draw", "superior-open", 1, *auditor)))
    seen = typed("witness", "open", "--folder", home.outside_of(ZMD) / "witness", pack)
    assert seen["events"] == 1 and seen["outstanding"] == len(seen["visits"]) == shown["summary"]["drawn"]
