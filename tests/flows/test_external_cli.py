"""Roster differences and the platform's lists typed at the command line."""

import asyncio
import json
from datetime import date
from itertools import count

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
from .fieldwork import drawn
from .platform import BATCH, CITY, COUNTY, PICKS, by_platform, code, listed, sheet

_numbers = count(1)
PEOPLE = ((COUNTY, "drawer"), (COUNTY, "dispatcher"), (CITY, "city_auditor"))


@pytest.fixture
def deployment(pg_server, valkey_server, new_home, monkeypatch):
    database = f"external_cli_{next(_numbers)}"
    home = new_home(database)
    dsn = pg_server.superuser_dsn.rsplit("/", 1)[0] + f"/{database}"
    given = {"SHUANGSUI_HOME": str(home.root), "SHUANGSUI_DEMO": "1", "DATABASE_URL": dsn}
    for name, value in (given | {"REDIS_URL": valkey_server.url}).items():
        monkeypatch.setenv(name, value)
    home.make()
    for role in ("migrator", "app", "auditor", "portal"):  # the session's server has one set of roles
        write_private(home.keys / f"database-{role}", getattr(c.PASSWORDS, role))
    asyncio.run(set_up(pg_server.superuser_dsn, database, c.PASSWORDS, identity="shuangsui-demo"))
    SimulatedClock.resume(home.clock_file, c.PLANNED).set(c.PLANNED)
    return home


def told(act):
    async def run():
        async with open_app(settings_for()) as app:
            return await act(app)

    return asyncio.run(run())


async def furnish(app):
    await c._furnish(app)
    for bureau, role in PEOPLE:
        scope = Scope.own(bureau, "system")
        async with app.database.unit(scope) as db:
            who = Membership(bureau, c.person(bureau, role), role, role, date(2025, 12, 1))
            await give(db, scope, who)


@pytest.fixture
def typed(capsys):
    def run(*args, code=0):
        with pytest.raises(SystemExit) as stopped:
            main([*(str(a) for a in args), "--json"])
        out = capsys.readouterr().out
        assert (stopped.value.code or 0) == code, out
        return json.loads(out)

    return run


def acting(bureau, role):
    return ("-b", COUNTY, "--as", c.person(bureau, role), *(("--of", bureau) if bureau != COUNTY else ()))


def test_difference_import_and_comparison_are_typed(deployment, typed, tmp_path):
    async def start(app):
        await furnish(app)
        await c.plan(app, COUNTY)
        await c.prepare(app, COUNTY)

    told(start)
    drawer, dispatcher = acting(COUNTY, "drawer"), acting(COUNTY, "dispatcher")
    shown = typed("draw", "difference", 1, *drawer)
    assert shown["sites"]["added"] == {"first": 59} and shown["log"] is None
    seen = typed("draw", "difference", 1, *acting(CITY, "city_auditor"))
    assert seen["fingerprint"] == shown["fingerprint"] and seen["officers"] is None
    refused = typed("draw", "freeze", 1, *drawer, "--difference", "0" * 64, code=5)
    assert refused["error"]["code"] == "RosterMoved"
    typed("draw", "freeze", 1, *drawer, "--difference", shown["fingerprint"])
    assert typed("draw", "difference", 1, *drawer, "--read")["log"] == 0

    async def other(app):
        await drawn(app, "150203", {0: (0, 3)})
        await by_platform(app)

    told(other)
    file = tmp_path / "平台.csv"
    take = ("draw", "take-in", file, *drawer, "--period", "2026Q2", "--batch", BATCH)
    file.write_bytes(sheet([["NOSUCH", "x", "1、2", BATCH]]))
    wrong = typed(*take, code=2)
    assert wrong["error"]["code"] == "PlatformListRefused"
    assert {e["code"] for e in wrong["errors"]} == {"UnknownSite", "UnknownOfficer"}
    file.write_bytes(listed())
    made = typed(*take)
    assert (made["draw_no"], made["verifiable"], made["drawn"]) == (1_000_000, False, 5)
    lines = {one["draw_no"]: one["verifiable"] for one in typed("draw", "list", *drawer)}
    assert lines == {1: True, 1_000_000: False}
    compare = ("draw", "platform", 1_000_000, *dispatcher, "--batch", BATCH)
    dispatch = ("task", "dispatch", 1_000_000, *dispatcher)
    assert typed(*dispatch, code=5)["error"]["code"] == "ImportUnchecked"
    assert typed(*compare, code=2)["error"]["code"] == "EmptyFile"
    assert typed(*compare, file)["verdict"] == "equal"


def test_an_alarm_is_typed(deployment, typed, tmp_path):
    async def start(app):
        await furnish(app)
        await drawn(app, COUNTY, PICKS)

    told(start)
    file = tmp_path / "平台.csv"
    file.write_bytes(listed({n: team for n, team in PICKS.items() if n != 20}))
    compare = ("draw", "platform", 1, *acting(COUNTY, "dispatcher"), "--batch", BATCH)
    assert typed(*compare)["verdict"] == "noted"
    found = typed(*compare, file)
    assert (found["verdict"], found["missing"]) == ("different", [code(20)])
    (alarm,) = typed("draw", "alarms", "-b", CITY, "--as", c.person(CITY, "city_auditor"))
    assert (alarm["bureau"], alarm["missing"]) == (COUNTY, 1) and code(20) not in str(alarm)
