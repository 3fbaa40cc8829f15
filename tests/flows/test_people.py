"""Roles are given by the bureau's administrator, exclude each other where they must, and end at once."""

from itertools import count

import pytest

from policies.access_errors import Stranger
from policies.errors import Forbidden, Missing
from policies.terms import Principal
from services.clock import today
from services.ruling.onboarding_errors import BureauTaken
from services.usecases.found_bureau import found_bureau
from services.usecases.grant_role import end_role, grant_role, people
from services.usecases.onboard_bureau import Person
from services.usecases.propose_grant import RoleOrder, propose_grant
from tenants import journal
from tenants.errors import ExclusiveRoles
from tenants.scope import Scope
from tenants.stores import members

from . import ceremony as c

XP = "411721"
_numbers = count(1)


@pytest.fixture
async def app(pg_server, new_home):
    name = f"people_{next(_numbers)}"
    async with c.small_deployment(pg_server.superuser_dsn, new_home(name), name) as opened:
        yield opened


def admin(bureau: str = XP, role: str = "bureau_admin") -> Principal:
    return Principal("an-admin", "管理员", bureau, frozenset({role}), acr=2)


async def roles_of(app, subject: str) -> set[str]:
    async with app.database.unit(Scope.login(subject), read_only=True) as db:
        return {m.role for m in await members.of_subject(db, subject, today(app.clock))}


async def test_a_role_is_given_seen_journalled_and_ended(app) -> None:
    async with app.work(admin()) as work:
        await grant_role(work, "zhang-san", "张三", "publisher")
        assert "zhang-san" in {m.subject for m in await people(work)}
    assert await roles_of(app, "zhang-san") == {"publisher"}
    async with app.work(admin()) as work:
        await end_role(work, "zhang-san", "publisher")
        entries = await journal.entries(work.db, work.scope, XP)
    assert await roles_of(app, "zhang-san") == set()
    assert [e.action for e in entries if e.target == "people/zhang-san"] == ["people.grant", "people.end"]


async def test_roles_that_check_each_other_are_refused_together(app) -> None:
    async with app.work(admin()) as work:
        await grant_role(work, "li-si", "李四", "registry_keeper")
    for role in ("drawer", "city_drawer"):
        with pytest.raises(ExclusiveRoles):  # told to who proposes, before anybody approves
            async with app.work(admin()) as work:
                await propose_grant(work, RoleOrder("li-si", "李四", role))
    assert await roles_of(app, "li-si") == {"registry_keeper"}


async def test_only_the_own_administrator_gives_real_roles(app) -> None:
    for who in (admin(role="drawer"), admin(role="bureau_head")):
        with pytest.raises((Forbidden, Stranger)):
            async with app.work(who) as work:
                await grant_role(work, "zhang-san", "张三", "publisher")
    for role in ("system", "anonymous", "emperor"):
        with pytest.raises(Missing):
            async with app.work(admin()) as work:
                await grant_role(work, "zhang-san", "张三", role)


async def test_the_operator_founds_a_tree_once(app) -> None:
    first = (Person("a", "甲"), Person("b", "乙"))
    entry = await found_bureau(app, "320000", "江苏省生态环境厅", "province", *first)
    assert entry.path == ("320000",)
    assert await roles_of(app, "a") == {"bureau_admin"} and await roles_of(app, "b") == {"bureau_head"}
    with pytest.raises(BureauTaken):
        await found_bureau(app, "320000", "另一个", "province", *first)
