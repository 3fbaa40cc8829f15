"""The roster's named keeper: handed over with what the rosters hold, confirmed by both, shown to all."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from policies.errors import Forbidden
from policies.roster.handover import roster_digest
from policies.terms import Principal, SiteStatus
from services.clock import today
from services.keepers import keeping_of
from services.usecases.grant_role import end_role, grant_role
from services.usecases.handover import hand_over, roster_state, take_over, withdraw_handover
from services.usecases.people_errors import BadTaker, HandoverOpen, NotKeeper, NotTaker, RosterMoved
from services.usecases.publish_organisation import publish_organisation
from services.views.workbench import workbench
from tenants import journal
from tenants.errors import WrongState
from tenants.scope import Scope
from tenants.stores import officers, sites

from . import ceremony as c

XP, ZMD = "411721", "411700"
_numbers = count(1)


@pytest.fixture
async def app(pg_server: Any, new_home: Any) -> AsyncIterator[Any]:
    """Li and Wang keep the roster of XP."""
    name = f"handover_{next(_numbers)}"
    async with c.small_deployment(pg_server.superuser_dsn, new_home(name), name) as opened:
        async with opened.work(c.acting(opened, XP, "bureau_admin")) as work:
            for who, called in (("li", "李四"), ("wang", "王五")):
                await grant_role(work, who, called, "registry_keeper")
        yield opened


def keeper(who: str, name: str = "") -> Principal:
    return Principal(who, name or who, XP, frozenset({"registry_keeper"}))


async def give(app: Any, by: Principal, taker: str) -> Any:
    async with app.work(by) as work:
        return await hand_over(work, taker)


async def take(app: Any, by: Principal, n: int) -> Any:
    async with app.work(by) as work:
        return await take_over(work, n)


async def named(app: Any) -> str:
    async with app.work(keeper("li")) as work:
        found = (await keeping_of(work)).keeper
        return found.taker if found else ""


async def edit(app: Any, n: int = 900) -> None:
    scope = Scope.own(XP, "li")
    async with app.database.unit(scope) as db:
        await sites.upsert(db, scope, [c.site(XP, n)], at=app.clock.now(), by="li", reason="改正")


async def test_the_head_names_the_first_and_the_keeper_the_next(app: Any) -> None:
    head = c.acting(app, XP, "bureau_head")
    async with app.work(head) as work:
        assert "roster.keeper" in [t.id for t in (await workbench(work)).todos]
    with pytest.raises(NotKeeper):  # nobody names himself
        await give(app, keeper("li"), "wang")
    first = await give(app, head, "li")
    assert (first.giver_role, first.sites, first.active, first.officers) == ("bureau_head", 60, 58, 12)
    assert await named(app) == ""
    async with app.work(keeper("li")) as work:
        assert "roster.take" in [t.id for t in (await workbench(work)).todos]
    await take(app, keeper("li", "李四"), first.n)
    assert await named(app) == "li"
    async with app.work(head) as work:
        assert "roster.keeper" not in [t.id for t in (await workbench(work)).todos]
    with pytest.raises(NotKeeper):  # the keeper is there: not the head's to hand over
        await give(app, head, "wang")
    second = await give(app, keeper("li", "李四"), "wang")
    assert (second.giver_role, second.giver_name, second.taker_name) == ("registry_keeper", "李四", "王五")
    await take(app, keeper("wang"), second.n)
    assert await named(app) == "wang"
    async with app.work(head) as work:
        assert [one.taker for one in (await keeping_of(work)).past] == ["li"]
        told = [e for e in await journal.entries(work.db, work.scope, XP) if e.target.startswith("handover/")]
    assert [e.action for e in told] == ["roster.hand", "roster.take"] * 2
    assert told[0].after["digest"] == first.digest == second.digest


async def test_only_the_taker_confirms_and_only_what_was_handed_over(app: Any) -> None:
    head = c.acting(app, XP, "bureau_head")
    row = await give(app, head, "li")
    with pytest.raises(NotTaker):
        await take(app, keeper("wang"), row.n)
    with pytest.raises(Forbidden):  # not the head for him
        await take(app, head, row.n)
    with pytest.raises(HandoverOpen):
        await give(app, head, "wang")
    await edit(app)
    with pytest.raises(RosterMoved):
        await take(app, keeper("li"), row.n)
    with pytest.raises(NotTaker):  # somebody unconcerned
        async with app.work(keeper("wang")) as work:
            await withdraw_handover(work, row.n)
    async with app.work(keeper("li")) as work:
        await withdraw_handover(work, row.n)
    with pytest.raises(WrongState):
        await take(app, keeper("li"), row.n)
    again = await give(app, head, "li")
    assert again.n == 2 and again.sites == 61 and again.digest != row.digest
    await take(app, keeper("li"), again.n)
    with pytest.raises(WrongState):
        await take(app, keeper("li"), again.n)


async def test_to_whom_it_goes(app: Any) -> None:
    head = replace(c.acting(app, XP, "bureau_head"), roles=frozenset({"bureau_head", "registry_keeper"}))
    for taker in ("nobody", c.person(XP, "drawer"), head.subject, ""):
        with pytest.raises(BadTaker):
            await give(app, head, taker)
    for role in ("drawer", "bureau_admin", "publisher"):
        with pytest.raises(Forbidden):
            await give(app, c.acting(app, XP, role), "li")


async def test_a_keeper_who_keeps_no_more_is_named_no_more(app: Any) -> None:
    head = c.acting(app, XP, "bureau_head")
    await take(app, keeper("li"), (await give(app, head, "li")).n)
    app.clock.advance(timedelta(days=1))
    async with app.work(c.acting(app, XP, "bureau_admin")) as work:
        await end_role(work, "li", "registry_keeper")
    assert await named(app) == ""
    row = await give(app, head, "wang")
    assert row.giver_role == "bureau_head"


async def test_the_public_reads_the_name_and_the_day(app: Any) -> None:
    row = await give(app, c.acting(app, XP, "bureau_head"), "li")
    await take(app, keeper("li"), row.n)
    publisher = c.acting(app, XP, "publisher")
    async with app.work(publisher) as work:
        duties = (await publish_organisation(work)).body["duties"]
    day = today(app.clock).isoformat()
    assert duties == [
        {"unit": "duty", "duty": "名录管理专人", "name": "李四", "post": "", "since": day, "basis": ""}
    ]


async def test_a_citys_auditor_sees_it(app: Any) -> None:
    row = await give(app, c.acting(app, XP, "bureau_head"), "li")
    await take(app, keeper("li"), row.n)
    async with app.work(c.acting(app, ZMD, "city_auditor")) as work:
        found = (await keeping_of(work, XP)).keeper
    assert found is not None and found.taker == "li"


async def test_the_digest_tells_every_field_and_no_order(app: Any) -> None:
    async with app.work(keeper("li")) as work:
        state = await roster_state(work)
        rows = await sites.all_of(work.db, work.scope, XP)
        people = await officers.all_of(work.db, work.scope, XP)
    assert state.digest == roster_digest(reversed(rows), reversed(people))
    counted = [replace(rows[0], visits_this_year=9), *rows[1:]]
    assert roster_digest(counted, people) == state.digest  # nobody keeps that by hand
    for change in ({"name": "x"}, {"lon": 1.0}, {"status": SiteStatus.CLOSED}, {"extra": (("a", "b"),)}):
        assert roster_digest([replace(rows[0], **change), *rows[1:]], people) != state.digest
    assert roster_digest(rows, [replace(people[0], lead=not people[0].lead), *people[1:]]) != state.digest
    assert roster_digest(rows[1:], people) != state.digest
