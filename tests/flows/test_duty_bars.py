"""People are told who is barred from a draw, why and until when, before they try; a bureau keeps heads."""

from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest

from policies.access import excluded
from policies.access_matrix import ROLES
from services.demo.ceremony import freeze_seen
from services.drawing.duty_errors import EditedRoster
from services.drawing.sealed_parts import open_json
from services.usecases.approve_grant import approve_grant
from services.usecases.grant_role import end_role, people
from services.usecases.propose_grant import RoleOrder, give_role
from services.views.duty_bars import draw_bars, role_bars, roster_bars
from services.web.pages import environment
from tenants.errors import ExclusiveRoles, LastOne
from tenants.scope import Scope
from tenants.stores import draws, officers, sites

from . import ceremony as c

_numbers = count(1)
XP, ZMD = "411721", "411700"


@pytest.fixture
async def app(pg_server, new_home):
    name = f"duty_bars_{next(_numbers)}"
    async with c.small_deployment(pg_server.superuser_dsn, new_home(name), name) as opened:
        yield opened


async def edit(app, who):
    scope = Scope.own(XP, who)
    stamp = {"at": app.clock.now(), "by": who, "reason": "改正"}
    async with app.database.unit(scope) as db:
        await sites.upsert(db, scope, [c.site(XP, 900)], **stamp)
        await officers.upsert(db, scope, [c.officer(XP, 20), c.officer(XP, 21)], **stamp)


async def give(app, who, role, name, bureau=XP):
    """By the bureau's administrator, and its head where it takes two."""
    async with app.work(c.acting(app, bureau, "bureau_admin")) as work:
        given = await give_role(work, RoleOrder(who, name, role))
    if given.proposal is None:
        return given.membership
    async with app.work(c.acting(app, bureau, "bureau_head")) as work:
        return await approve_grant(work, given.proposal.id, who, role)


async def bars(app, no):
    async with app.work(c.acting(app, XP, "drawer")) as work:
        return await draw_bars(work, await draws.get(work.db, work.scope, XP, no))


async def test_the_draws_page_says_who_may_not_and_who_may(app):
    await c.plan(app, XP)
    no = (await c.prepare(app, XP)).draw_no
    mine = c.person(XP, "drawer")
    await give(app, mine, "drawer", "张三")
    await give(app, c.person(XP, "second"), "drawer", "李四")
    await give(app, c.person(XP, "third"), "publisher", "王五")
    found = await bars(app, no)
    assert found.barred == () and found.free == ("张三", "李四") and found.since is None
    first = app.clock.now()
    await edit(app, mine)
    await edit(app, c.person(XP, "third"))  # no drawer: nothing to bar
    app.clock.advance(timedelta(minutes=3))
    found = await bars(app, no)
    assert [(one.name, one.sites, one.officers, one.first) for one in found.barred] == [("张三", 1, 2, first)]
    assert found.free == ("李四",) and found.of(mine) and not found.of(c.person(XP, "second"))
    async with app.work(c.acting(app, XP, "bureau_admin")) as work:
        assert [one.name for one in (await roster_bars(work)).barred] == ["张三"]
    with pytest.raises(EditedRoster) as caught:  # what was told is what happens
        await c.freeze(app, XP, no)
    assert (caught.value.facts["sites"], caught.value.facts["officers"]) == (1, 2)
    words = environment().get_template("desk/duty_macros.html").module
    told = str(words.drawing(found, mine, "冻结名单"))
    assert "您不能冻结名单" in told and "污染源 1 处、执法人员 2 处" in told and "由 李四 办理" in told
    other = str(words.drawing(found, c.person(XP, "second"), "冻结名单"))
    assert "您不能" not in other and "张三 不能冻结名单" in other


async def test_nobody_left_is_said(app):
    await c.plan(app, XP)
    no = (await c.prepare(app, XP)).draw_no
    found = await bars(app, no)
    assert found.free == ()
    told = str(environment().get_template("desk/duty_macros.html").module.drawing(found, "x", "冻结名单"))
    assert "没有可以办理的抽取人" in told


async def test_a_draw_that_is_drawn_or_of_others_has_no_bars(app):
    await c.plan(app, XP)
    no = (await c.prepare(app, XP)).draw_no
    async with app.work(c.witness(app, ZMD)) as work:
        draw = await draws.get(work.db, work.scope, XP, no)
        assert await draw_bars(work, draw) is None
    await c.freeze(app, XP, no)
    assert await bars(app, no) is not None
    await c.void(app, XP, no)
    assert await bars(app, no) is None


async def test_roles_say_what_they_exclude(app):
    await give(app, "zhang", "registry_keeper", "张三")
    await give(app, "li", "publisher", "李四")
    async with app.work(c.acting(app, XP, "bureau_admin")) as work:
        found = {one.subject: one for one in await role_bars(work, XP)}
    assert found["zhang"].others == excluded("registry_keeper") == ("drawer", "city_drawer")
    assert "li" not in found
    words = environment().get_template("desk/duty_macros.html").module
    assert "不能同时担任抽取人、市级抽取人，至该岗位结束" in str(words.roles(found["zhang"], ROLES))


@pytest.mark.parametrize("role", ["bureau_admin", "bureau_head"])
async def test_the_last_one_does_not_end_the_own_role(app, role):
    await give(app, "li", role, "李四")
    admin = c.acting(app, XP, "bureau_admin")
    with pytest.raises(LastOne):
        async with app.work(admin) as work:
            await end_role(work, "li", role)
    await give(app, "wang", role, "王五")
    async with app.work(admin) as work:
        await end_role(work, "li", role)
        assert {m.subject for m in await people(work) if m.role == role} == {"wang"}
    with pytest.raises(LastOne):
        async with app.work(admin) as work:
            await end_role(work, "wang", role)


async def test_granting_again_keeps_the_first_day(app):
    first = await give(app, "li", "publisher", "李四")
    app.clock.advance(timedelta(days=3))
    again = await give(app, "li", "publisher", "李四（改名）")
    assert again.valid_from == first.valid_from and again.name == "李四（改名）"


async def test_three_administrators_are_three_people_of_the_whole_deployment(app):
    await give(app, "li", "audit_admin", "李四", bureau=ZMD)
    with pytest.raises(ExclusiveRoles):
        await give(app, "li", "system_admin", "李四")


async def test_who_freezes_enters_with_cap_nought(app):
    """Lists are sealed: no constraint of the database sees it, the code puts the cap."""
    await c.plan(app, XP)
    no = (await c.prepare(app, XP)).draw_no
    second = c.acting(app, XP, "drawer", post="second")
    linked = replace(c.officer(XP, 6), person=second.subject)
    scope = Scope.own(XP, "keeper")
    async with app.database.unit(scope) as db:
        await officers.upsert(db, scope, [linked], at=app.clock.now(), by="keeper", reason="改正")
    async with app.work(second) as work:
        await freeze_seen(work, no)
    async with app.work(second) as work:
        draw = await draws.get(work.db, work.scope, XP, no)
        named = (await open_json(work, draw, "names", why="测试"))["officers"].values()
    caps = {one["certificate"]: one["cap"] for one in named}
    assert caps[linked.certificate] == 0 and caps[c.officer(XP, 8).certificate] > 0
