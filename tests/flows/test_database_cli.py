"""The operator's commands over the embedded server: list, check, move, forget, migrate, in one deployment."""

import asyncio
import json
from typing import Any

import pytest
from sqlalchemy.engine import make_url

from services.cli import main
from tenants.roles import administer


@pytest.fixture(scope="module")
def home(new_home: Any) -> Any:
    return new_home("fleet")


@pytest.fixture
def run(home: Any, monkeypatch: Any, capsys: Any, pg_server: Any, valkey_server: Any) -> Any:
    """Runs a command over two databases of the session's server; returns code, JSON, stderr."""
    monkeypatch.setenv("SHUANGSUI_HOME", str(home.root))
    server = make_url(pg_server.superuser_dsn)
    for name, database in (("", "fleet"), ("_XIPING", "fleet_xiping")):
        monkeypatch.setenv(
            f"DATABASE_URL{name}", server.set(database=database).render_as_string(hide_password=False)
        )
    monkeypatch.setenv("REDIS_URL", valkey_server.url)
    for role in ("MIGRATOR", "APP", "AUDITOR", "PORTAL"):
        monkeypatch.setenv(f"DATABASE_PASSWORD_{role}", f"{role.lower()}-secret")

    def call(*args: str) -> tuple[int, Any, str]:
        with pytest.raises(SystemExit) as ended:
            main([*args, "--json"])
        out, err = capsys.readouterr()
        return int(ended.value.code or 0), json.loads(out), err

    return call


def test_one_deployment_from_empty_to_forgotten(run: Any, pg_server: Any, caplog: Any) -> None:
    code, done, err = run("migrate")
    assert code == 0 and [one["name"] for one in done["databases"]] == ["shared", "xiping"]
    assert "xiping: 0014" in err and all(one["changed"] for one in done["databases"])
    people = ("--admin", "a:甲", "--head", "b:乙")
    assert run("bureau", "found", "410000", "--name", "省厅", *people)[0] == 0
    code, listed, _ = run("database", "list")
    by_name = {one["name"]: one for one in listed["databases"]}
    assert code == 0 and by_name["shared"]["bureaus"] == ["410000"] and by_name["xiping"]["bureaus"] == []
    assert by_name["xiping"]["identity"] == "shuangsui/xiping" and by_name["xiping"]["state"] == "ok"
    assert "secret" not in json.dumps(listed)
    assert run("bureau", "move", "410000", "--to", "nowhere", "--by", "张三")[0] == 3
    code, moved, err = run("bureau", "move", "410000", "--to", "xiping", "--by", "张三")
    assert code == 0 and (moved["source"], moved["target"]) == ("shared", "xiping") and moved["rows"] >= 1
    assert [f"[{n}/7]" in err for n in range(1, 8)] == [True] * 6 + [False]
    code, checked, _ = run("database", "check")
    assert code == 0 and [one["bad"] for one in checked["findings"]] == [False]  # the old rows
    code, gone, _ = run("database", "forget", "410000", "--by", "张三")
    assert code == 0 and gone["removed"][0]["rows"] == moved["rows"]
    assert run("database", "check")[1]["findings"] == []
    _swapped(run, pg_server)
    assert "ALARM: the database xiping" in caplog.text


def _swapped(run: Any, pg_server: Any) -> None:
    """The database is another one than its name says: an alarm, and a way out; the rest goes on."""
    rename = "update database_identity set name = 'shuangsui/other'"
    asyncio.run(_do(pg_server.superuser_dsn, "fleet_xiping", rename))
    code, checked, _ = run("database", "check")
    assert code == 1
    assert [(f["where"], f["bad"]) for f in checked["findings"]] == [("xiping", True)]
    assert "shuangsui/other" in checked["findings"][0]["zh"]
    code, done, _ = run("migrate")
    assert code == 1 and [one["changed"] for one in done["databases"]] == [False, False]
    assert "problem" in done["databases"][1] and "problem" not in done["databases"][0]


async def _do(dsn: str, database: str, sql: str) -> None:
    async with administer(dsn, database) as db:
        await db.exec_driver_sql(sql)
