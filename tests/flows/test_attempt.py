"""An act that a page shows as refused leaves nothing behind, in no database, and the page goes on."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import text

from policies.errors import Problem
from services.demo.granting import give
from services.usecases.ask_glass import ask_glass
from services.usecases.grant_role import grant_role
from services.usecases.propose_grant import RoleOrder, give_role
from tenants import journal
from tenants.rows import Membership
from tenants.stores import bureaus, members

from . import ceremony as c
from .census import by_hand
from .test_grants import DAY, XP, admin, approve, propose

ZMD = "411700"


@pytest.fixture(scope="module", params=[{}, {XP: "xiping"}], ids=["shared", "own"])
async def app(pg_server: Any, new_home: Any, request: Any) -> AsyncIterator[Any]:
    name = f"attempt{len(request.param)}"
    token = c.LIVING.set(request.param)
    async with c.small_deployment(pg_server.superuser_dsn, new_home(name), name) as opened:
        yield opened
    c.LIVING.reset(token)


async def test_what_is_refused_is_told_in_no_journal(app: Any) -> None:
    """The order fills a gap before it meets a role that excludes it: neither the gap nor its entry stays."""
    async with app.work(admin(app)) as work:
        first = work.today
        await grant_role(work, "li", "李四", "registry_keeper", until=first + 2 * DAY)
        await grant_role(work, "li", "李四", "registry_keeper", since=first + 5 * DAY, until=first + 6 * DAY)
    await approve(app, await propose(app, since=first + 10 * DAY))
    async with app.work(admin(app)) as work:
        with pytest.raises(Problem):
            async with work.attempt():
                await give_role(work, RoleOrder("li", "李四", "registry_keeper"))
        assert len(await members.in_bureau(work.control, work.scope, XP)) >= 3  # the page reads on
        assert await work.db.scalar(text("select current_setting('app.bureau')")) == XP
    async with app.work(admin(app)) as work:
        held = await members.in_bureau(work.control, work.scope, XP)
        days = [m.valid_from for m in held if (m.subject, m.role) == ("li", "registry_keeper")]
        told = [e for e in await journal.entries(work.db, work.scope, XP) if e.action == "people.grant"]
        assert len(told) == len(days) == 2


async def test_a_failure_while_acting_for_another_bureau_brings_the_own_one_back(app: Any) -> None:
    """The journal of the bureau below was written before the failure; its database is given up with it."""
    who = c.acting(app, ZMD, "system_admin")
    async with app.work(admin(app, ZMD)) as work:
        row = Membership(ZMD, who.subject, "system_admin", "系统管理员", work.today - DAY)
        with by_hand():
            await give(work.control, work.scope, row)
    async with app.work(who) as work:
        with pytest.raises(ZeroDivisionError):
            async with work.attempt():
                await ask_glass(work, XP, "导入以后清单显示异常", "查看启动清单", 15)
                raise ZeroDivisionError
        assert await work.db.scalar(text("select current_setting('app.bureau')")) == ZMD
        assert (await work.at(ZMD)) is work.db and await bureaus.get(work.control, ZMD)  # the page reads on
    async with app.work(admin(app)) as work:
        assert not [e for e in await journal.entries(work.db, work.scope, XP) if e.action == "glass.ask"]
