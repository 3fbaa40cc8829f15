"""The restore drill at a small size: killed, deleted, put back to a named second with nothing missing."""

import asyncio
import json
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from services.embedded import PostgresServer, ensure_postgres
from tests.demonstration import shuangsui
from tests.drill.drill import run
from tests.drill.ground import DATABASE, Ground


@pytest.fixture
def ground(new_home: Any) -> Any:
    home = new_home("drill-lost")
    made = Ground(home, Path(home.root).parent / "drill-backup", 2)
    yield made
    made.end()


def test_a_lost_deployment_comes_back_to_a_named_second(ground: Any, new_home: Any) -> None:
    found = run(ground, (new_home("drill-second"), new_home("drill-latest")), 2, 6, print)
    before, back = found.kept
    assert before == back, "what came back is not what was there"
    assert [one["problem"] for one in back["bureaus"]] == [None] * len(back["bureaus"])
    assert any(one["draws"] for one in back["bureaus"]) and back["log"]["size"] > 10
    county = next(one for one in back["bureaus"] if one["bureau"] == "411721")
    assert county["journal"] > 50
    sites = found.after  # restored to all there is, the county has what was added after the second as well
    assert sites % 4 == 0 and sites > 4000  # as often as: itself, twice, and once more
    assert found.rpo < 60
    _and_what_does_not_fit_is_found(ground)


def _and_what_does_not_fit_is_found(ground: Ground) -> None:
    """One word of one old entry changed past every guard: the verification goes red and names the bureau."""
    home = ground.copies[0]
    asyncio.run(_change(ensure_postgres(home)))
    done = shuangsui("database", "verify", "--json", "--home", home.root)
    assert done.returncode == 1
    wrong = {one["bureau"] for one in json.loads(done.stdout)["bureaus"] if one["problem"]}
    assert wrong == {"150203"}


async def _change(server: PostgresServer) -> None:
    db = await asyncpg.connect(server.dsn(DATABASE))
    try:
        await db.execute("set session_replication_role = replica")
        done = await db.execute("update journal set why = 'x' where bureau = '150203' and n = 7")
        assert done == "UPDATE 1"
    finally:
        await db.close()
