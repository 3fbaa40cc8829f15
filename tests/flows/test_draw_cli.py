"""The same ceremony typed at the command line: files carried between devices, every step with `--json`."""

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

PEOPLE = (
    ("411721", "drawer", ("drawer",)),
    ("411721", "head", ("bureau_head",)),
    ("411721", "admin", ("bureau_admin",)),
    ("411700", "witness", ("witness",)),
)


@pytest.fixture
def deployment(pg_server, valkey_server, new_home, monkeypatch):
    home = new_home("draw-cli")
    dsn = pg_server.superuser_dsn.rsplit("/", 1)[0] + "/draw_cli"
    for name, value in {
        "SHUANGSUI_HOME": str(home.root),
        "SHUANGSUI_DEMO": "1",
        "DATABASE_URL": dsn,
        "REDIS_URL": valkey_server.url,
    }.items():
        monkeypatch.setenv(name, value)
    home.make()
    for role in ("migrator", "app", "auditor", "portal"):  # the session's server has one set of roles
        write_private(home.keys / f"database-{role}", getattr(c.PASSWORDS, role))
    asyncio.run(set_up(pg_server.superuser_dsn, "draw_cli", c.PASSWORDS, identity="shuangsui-demo"))
    set_clock(home, c.PLANNED)
    asyncio.run(furnish())
    return home


def set_clock(home, moment):
    SimulatedClock.resume(home.clock_file, c.PLANNED).set(moment)


async def furnish():
    async with open_app(settings_for()) as app:
        await c._furnish(app)
        for bureau, post, roles in PEOPLE:
            scope = Scope.own(bureau, "system")
            async with app.database.unit(scope) as db:
                for role in roles:
                    since = date(2025, 12, 1)
                    await give(db, scope, Membership(bureau, c.person(bureau, post), role, post, since))


@pytest.fixture
def typed(capsys):
    def run(*args, code=0):
        with pytest.raises(SystemExit) as stopped:
            main([*(str(a) for a in args), "--json"])
        out = capsys.readouterr().out
        assert (stopped.value.code or 0) == code, out
        return json.loads(out)

    return run


def test_a_draw_typed_step_by_step(deployment, typed, tmp_path):
    drawer = ("-b", "411721", "--as", c.person("411721", "drawer"))
    head = ("-b", "411721", "--as", c.person("411721", "head"))
    admin = ("-b", "411721", "--as", c.person("411721", "admin"))
    witness = ("-b", "411721", "--of", "411700", "--as", c.person("411700", "witness"))
    superior, mine = deployment.outside_of("411700") / "witness", tmp_path / "mine"

    def kept(name, value):
        (tmp_path / name).write_text(json.dumps(value))
        return tmp_path / name

    typed("plan", "make", *drawer, "-y", 2026)
    assert typed("plan", "approve", *drawer, "-y", 2026, code=4)["error"]["code"] == "Forbidden"
    assert typed("plan", "approve", *head, "-y", 2026)["state"] == "approved"
    ask = ("draw", "prepare", *drawer, "--period", "2026Q1", "--beacon-at")
    assert typed(*ask, "2025-12-20T10:00:00", code=2)["error"]["code"] == "OutsideWindow"
    set_clock(deployment, c.BEACON.replace(day=26))
    made = typed(*ask, "2025-12-30T10:00:00")
    assert typed(*ask, "2025-12-30T10:00:00", code=5)["error"]["code"] == "SecondDraw"
    amend = ("draw", "amend", 1, *drawer)
    assert typed(*amend, "--period", "2026Q2", code=2)["error"]["code"] == "OutsideWindow"
    assert typed(*amend, "--kind", "overlay", code=2)["error"]["code"] == "BadOrder"
    assert typed(*amend, "--beacon-at", "2025-12-31T10:00:00")["beacon_at"] == "2025-12-31T10:00:00+08:00"
    assert typed(*amend, "--beacon-at", "2025-12-30T10:00:00")["period"] == "2026Q1"
    own = ("--folder", mine, "-b", "411721", "--draw", 1)
    card = typed("secret", "make", *own, "--escrow-public", made["escrow_public"])
    typed("draw", "commit", *drawer, kept("card.json", card))
    other = ("--folder", tmp_path / "seen", "-b", "411721", "--draw", 1, "--role", "witness")
    card = typed("secret", "make", *other, "--escrow-public", made["escrow_public"])
    typed("draw", "commit", *witness, kept("witness-card.json", card))
    seen = typed("draw", "difference", 1, *drawer)["fingerprint"]
    frozen = typed("draw", "freeze", 1, *drawer, "--difference", seen)
    pack = kept("pack.json", typed("draw", "pack", 1, *witness))
    word = typed("witness", "attest", "--folder", superior, pack)
    assert word["m"] == frozen["m"]
    typed("draw", "escrow", 1, *witness, kept("word.json", word))
    assert typed("witness", "cosign", "--folder", superior) == {
        "size": 3,
        "kept": ["zhumadian.example/witness"],
    }
    set_clock(deployment, c.BEACON)
    lost = typed("witness", "recover", "--folder", superior, pack, "--role", "witness")
    key, lost = kept("key.json", typed("secret", "reveal", *own)), kept("lost.json", lost | c.DIGITS)
    assert typed("draw", "reveal", 1, *drawer, key, code=5)["error"]["code"] == "BeaconMissing"
    typed("draw", "beacon", 1, *drawer, "--digits", c.DIGITS["digits"])
    assert typed("draw", "reveal", 1, *drawer, key)["missing"] == ["witness"]
    assert typed("draw", "finish", 1, *drawer, code=5)["error"]["code"] == "SecretsMissing"
    assert typed("draw", "reveal", 1, *witness, lost)["missing"] == []
    ran = typed("draw", "finish", 1, *drawer)
    assert typed("draw", "finish", 1, *drawer) == ran
    assert typed("draw", "open", 1, *drawer, code=5)["error"]["code"] == "StillOutstanding"
    asked = typed("draw", "void", 1, *admin, "--reason", "演练")
    assert (asked["proposal"], asked["reason"]) == (1, "演练")
    assert typed("draw", "show", 1, *drawer)["state"] == "drawn"
    approve = ("draw", "void-approve", 1, "--proposal", 1, "--yes")
    assert typed(*approve, *admin, code=4)["error"]["code"] == "Forbidden"
    typed(*approve, *head)
    typed("witness", "cosign", "--folder", superior)
    files = typed("draw", "bundle", 1, *drawer)
    verdict = typed("verify", files["bundle"], "--trust", files["trust"])
    assert verdict["verdict"] == "VALID" and "演练" in str(verdict["void"])
    assert [e["t"] for e in typed("log", "entries")] == [
        "roster",
        "manifest",
        "escrow",
        "beacon",
        "result",
        "void",
        "open",
    ]
    assert typed("log", "check")["faults"] == []
    assert typed("log", "proof", 4)["entry"]["z"] == ran["z"]
    assert typed("draw", "list", *drawer)[0]["state"] == "void"
    assert typed("draw", "show", 9, *drawer, code=3)["error"]["code"] == "Missing"
    assert typed("draw", "list", "-b", "411721", "--as", "nobody", code=3)["error"]["code"] == "Missing"
