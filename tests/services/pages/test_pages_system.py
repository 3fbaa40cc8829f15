"""The page of the system's state: the own bureau's database and moves, numbers of the deployment."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest

from services.demo.granting import give
from services.views.system import system_board
from tenants.moving import records
from tenants.moving.rows import Move
from tenants.rows import Membership
from tenants.scope import Scope

from .conftest import COUNTY, OTHER


@pytest.fixture(scope="module")
async def moved(told):
    """The record of a move that was undone, of either county; an inspector is system administrator too."""
    at, scope = told.app.clock.now(), Scope.own(COUNTY, "test")
    admin = Membership(COUNTY, "demo-411721-inspector-40", "system_admin", "模拟·管理员", at.date())
    async with told.app.database.unit(scope) as db:
        await give(db, scope, admin)
    system = Scope.for_system()
    async with told.app.database.unit(system) as db:
        for n, (code, by) in enumerate(((COUNTY, "运维甲"), (OTHER, "运维乙"))):
            move = Move(UUID(int=n), code, "shared", "elsewhere", by, "begun", at, at)
            await records.begin(db, system, move)
            await records.advance(db, system, move.id, "undone", at + timedelta(minutes=1))
    return told


async def test_an_administrator_sees_the_own_bureau_only(moved, shown) -> None:
    async with shown.reader("411721-inspector-40") as site:
        page = (await site.get("/desk/system")).text
        assert "与其他单位共用" in page and "运维甲" in page and "已撤回" in page
        assert "运维乙" not in page and OTHER not in page and "elsewhere" not in page
        told = (await site.get(f"/api/v1/bureaus/{COUNTY}/system")).json()
        assert (told["database"], told["own"], told["closed"]) == ("shared", False, False)
        assert [one["by"] for one in told["moves"]] == ["运维甲"]
        assert (await site.get(f"/api/v1/bureaus/{OTHER}/system")).status_code == 404


async def test_other_posts_do_not(moved, shown) -> None:
    async with shown.reader("411721-keeper") as site:
        assert (await site.get("/desk/system")).status_code == 403
        assert (await site.get(f"/api/v1/bureaus/{COUNTY}/system")).status_code in (403, 404)


async def test_a_shut_gate_is_told(moved) -> None:
    who = replace(moved.desk(COUNTY, "head"), roles=frozenset({"system_admin"}))
    async with moved.app.work(who, read_only=True) as work:
        board = await system_board(work)
    assert not board.closed and board.databases == board.working == 1
