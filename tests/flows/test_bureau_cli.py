"""`shuangsui bureau` and `shuangsui calendar` on a deployment of their own."""

import asyncio
import json
from datetime import date
from itertools import count

import pytest
from typer.testing import CliRunner

from services.cli.root import build
from services.demo.cast import BUREAUS
from services.demo.granting import give
from services.home import write_private
from services.wiring import open_app, settings_for
from tenants.migrate import set_up
from tenants.rows import Membership
from tenants.scope import Scope
from tenants.stores import bureaus

from .ceremony import PASSWORDS
from .test_onboarding import NEW, TEXT

CITY = "411700"
_numbers = count(1)


@pytest.fixture
def home(pg_server, valkey_server, new_home, monkeypatch):
    name = f"bureau_cli_{next(_numbers)}"
    made = new_home(name).make()
    monkeypatch.setenv("DATABASE_URL", f"{pg_server.superuser_dsn.rsplit('/', 1)[0]}/{name}")
    monkeypatch.setenv("REDIS_URL", valkey_server.url)
    for role in ("migrator", "app", "auditor", "portal"):  # the session's server has one set of roles
        write_private(made.keys / f"database-{role}", getattr(PASSWORDS, role))
    asyncio.run(set_up(pg_server.superuser_dsn, name, PASSWORDS, identity="shuangsui"))
    asyncio.run(furnish(made))
    return made


async def furnish(home):
    async with open_app(settings_for(home)) as app:
        async with app.database.unit(Scope.for_system()) as db:
            for bureau in BUREAUS:
                await bureaus.put(db, bureau)
        scope = Scope.own(CITY, "system")
        async with app.database.unit(scope) as db:
            who = Membership(CITY, "zhang", "bureau_admin", "张", date(2020, 1, 1))
            await give(db, scope, who)


def call(home, *args, code=0):
    words = [*map(str, args), "--home", str(home.root), "--json"]
    done = CliRunner().invoke(build(words), words)
    assert done.exit_code == code, (done.output, done.exception)
    return json.loads(done.stdout)


def test_from_opening_to_the_approved_text(home, tmp_path):
    people = ("--admin", "li:李", "--head", "wang:王")
    made = call(home, "bureau", "add", NEW, "--name", "示例县分局", "-u", CITY, "--as", "zhang", *people)
    assert made["path"] == ["410000", CITY, NEW] and "labels" in made["proposed"]
    again = call(home, "bureau", "add", NEW, "--name", "又一个", "-u", CITY, "--as", "zhang", *people, code=5)
    assert again["error"]["code"] == "BureauTaken"
    assert NEW in [b["code"] for b in call(home, "bureau", "list")["bureaus"]]
    file = tmp_path / "rules.yaml"
    file.write_text(TEXT, encoding="utf-8")
    assert len(call(home, "bureau", "state", "-b", NEW, file, "--as", "li")["proposed"]) == 4
    refused = call(home, "bureau", "approve", "-b", NEW, "--as", "li", code=4)
    assert refused["error"]["code"] == "Forbidden"
    approved = call(home, "bureau", "approve", "-b", NEW, "--as", "wang")["approved"]
    assert {one["key"] for one in approved} >= {"rate.key", "rate.general", "rate.special", "labels"}
    assert any("低于上级下限" in words for one in approved for words in one["warnings"])
    found = call(home, "bureau", "checklist", NEW, "-u", CITY, "--as", "zhang")
    done = {point["id"]: point["done"] for point in found["points"]}
    assert done["text"] and done["rates"] and not done["sites"] and not found["ready"]


def test_a_notice_and_closed_days(home, tmp_path):
    file = tmp_path / "2027.json"
    given = {"year": 2027, "text": "演示", "workdays": [], "holidays": ["2027-01-01", "2027-05-01"]}
    file.write_text(json.dumps(given), encoding="utf-8")
    bad = call(home, "calendar", "enter", "-b", CITY, file, "--as", "zhang", code=2)
    assert bad["error"]["code"] == "BadNotice"
    given["holidays"] += [f"2027-10-0{n}" for n in range(1, 8)]
    file.write_text(json.dumps(given), encoding="utf-8")
    assert call(home, "calendar", "enter", "-b", CITY, file, "--as", "zhang")["version"] == 1
    (kept,) = call(home, "calendar", "list", "-b", CITY, "--as", "zhang")["notices"]
    assert kept == {"year": 2027, "version": 1, "text": "演示", "days": 9}
    days = ("2027-06-03", "2027-06-04", "--why", "搬迁")
    assert call(home, "calendar", "close", "-b", CITY, *days, "--as", "zhang")["changes"] == []
