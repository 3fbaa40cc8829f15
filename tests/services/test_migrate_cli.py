"""`shuangsui migrate` makes and upgrades the operator's database, and says in a line why it cannot."""

import asyncio
import json

import pytest
from sqlalchemy.engine import make_url

from services.cli import main
from tenants.roles import administer
from tenants.urls import shown


@pytest.fixture
def operator(pg_server, new_home, monkeypatch):
    """DATABASE_URL names a database the operator's role may create."""
    url = shown(make_url(pg_server.superuser_dsn).set(database="operators_own"))
    monkeypatch.setenv("SHUANGSUI_HOME", str(new_home("operator").root))
    monkeypatch.setenv("DATABASE_URL", url)
    for role in ("MIGRATOR", "APP", "AUDITOR", "PORTAL"):  # as the session's other databases have them
        monkeypatch.setenv(f"DATABASE_PASSWORD_{role}", f"{role.lower()}-secret")
    yield url
    asyncio.run(_drop(pg_server.superuser_dsn))


async def _drop(dsn):
    async with administer(dsn) as db:
        await db.exec_driver_sql("drop database if exists operators_own with (force)")


def run(*args):
    with pytest.raises(SystemExit) as ended:
        main(["migrate", *args])
    return ended.value.code or 0


def test_twice_makes_once(operator, capsys):
    assert run("--json") == 0
    first = json.loads(capsys.readouterr().out)
    assert run("--json") == 0
    second = json.loads(capsys.readouterr().out)
    one = {"database": "operators_own", "before": None, "after": second["after"], "changed": True}
    assert first == one | {"databases": [one | {"name": "shared"}]}
    assert second["before"] == first["after"] and not second["changed"]


def test_a_wrong_password_is_one_line(operator, monkeypatch, capsys):
    monkeypatch.setenv("DATABASE_URL", shown(make_url(operator).set(password="secret-typo")))
    assert run() == 1
    told = capsys.readouterr().err.strip()
    assert "口令" in told and "\n" not in told and "secret-typo" not in told
