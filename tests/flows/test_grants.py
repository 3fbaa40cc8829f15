"""Roles by one person and by two, through the use cases: proposed, approved, declined; periods appended."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from policies.access_errors import StepUpNeeded
from policies.access_matrix import SENSITIVE
from policies.errors import Forbidden, Missing
from policies.terms import Principal
from services.clock import today
from services.ruling.rule_choice_errors import FieldMissing
from services.usecases.approve_grant import approve_grant
from services.usecases.grant_role import end_role, grant_role, past_roles, people
from services.usecases.onboard_bureau import NewBureau, Person, open_bureau
from services.usecases.people_errors import GrantDiffers, ProposalOpen
from services.usecases.propose_grant import (
    Given,
    RoleOrder,
    give_role,
    propose_grant,
    proposed_grants,
    withdraw_grant,
)
from services.views.workbench import workbench
from tenants import journal
from tenants.errors import ExclusiveRoles, GrantedByOne, HeldThatDay, LastOne, SameHand, WrongState
from tenants.roles import administer
from tenants.rows import Membership
from tenants.scope import Scope

from . import ceremony as c

XP, ZMD = "411721", "411700"
DAY = timedelta(days=1)
_numbers = count(1)


@pytest.fixture
async def app(pg_server: Any, new_home: Any) -> AsyncIterator[Any]:
    name = f"grants_{next(_numbers)}"
    async with c.small_deployment(pg_server.superuser_dsn, new_home(name), name) as opened:
        yield opened


def admin(app: Any, bureau: str = XP) -> Principal:
    return c.acting(app, bureau, "bureau_admin")


def head(app: Any, bureau: str = XP) -> Principal:
    return c.acting(app, bureau, "bureau_head")


async def propose(app: Any, who: str = "li", role: str = "drawer", **more: Any) -> Any:
    async with app.work(admin(app)) as work:
        return await propose_grant(work, RoleOrder(who, "李四", role, **more))


async def approve(app: Any, asked: Any, by: Principal | None = None) -> Membership:
    async with app.work(by or head(app)) as work:
        return await approve_grant(work, asked.id, asked.subject, asked.role)


async def held(app: Any) -> set[tuple[str, str]]:
    async with app.work(admin(app)) as work:
        return {(m.subject, m.role) for m in await people(work)}


async def test_one_proposes_another_approves_and_it_is_told(app: Any) -> None:
    asked = await propose(app, why="接替张三")
    assert await held(app) == set()
    made = await approve(app, asked)
    assert (made.origin, made.grant_id, made.valid_from) == ("two", asked.id, asked.since)
    assert await held(app) == {("li", "drawer")}
    async with app.work(head(app)) as work:
        told = [e for e in await journal.entries(work.db, work.scope, XP) if e.target == "people/li"]
    assert [(e.action, e.actor) for e in told] == [
        ("people.propose", asked.proposed_by),
        ("people.approve", c.person(XP, "bureau_head")),
    ]


async def test_nobody_grants_a_sensitive_role_alone(app: Any) -> None:
    for role in sorted(SENSITIVE):
        with pytest.raises(GrantedByOne):
            async with app.work(admin(app)) as work:
                await grant_role(work, "li", "李四", role)
        async with app.work(admin(app)) as work:
            found = await give_role(work, RoleOrder(f"p-{role}", "李四", role))
        assert found.membership is None and found.proposal is not None and found.proposal.open
    async with app.work(admin(app)) as work:
        assert isinstance(await give_role(work, RoleOrder("li", "李四", "publisher")), Given)
    assert await held(app) == {("li", "publisher")}
    for role in ("publisher", "support", "emperor"):
        with pytest.raises(Missing):
            await propose(app, role=role)


async def test_the_second_hand_is_another_and_fresh_and_names_what_it_read(app: Any) -> None:
    asked = await propose(app)
    both = c.acting(app, XP, "bureau_admin", "bureau_head", post="bureau_admin")
    itself = replace(head(app), subject="li")
    for who in (both, itself):
        with pytest.raises(SameHand):
            await approve(app, asked, who)
    with pytest.raises(StepUpNeeded):
        await approve(app, asked, replace(head(app), acr=1))
    with pytest.raises(StepUpNeeded):  # a second factor given for something else
        await approve(app, asked, replace(head(app), extra={"intent": "rules.approve"}))
    for role in ("drawer", "registry_keeper", "audit_admin"):
        with pytest.raises(Forbidden):
            await approve(app, asked, c.acting(app, XP, role))
    for change in ({"subject": "wang"}, {"role": "reviewer"}):
        with pytest.raises(GrantDiffers):
            await approve(app, replace(asked, **change))
    with pytest.raises(Missing):
        await approve(app, replace(asked, id=uuid4()))
    with pytest.raises(Missing):  # another bureau's head finds nothing
        await approve(app, asked, head(app, ZMD))
    assert await held(app) == set()
    await approve(app, asked, c.acting(app, XP, "security_admin"))
    with pytest.raises(WrongState):
        await approve(app, asked)


async def test_a_proposal_is_taken_back_or_declined(app: Any) -> None:
    for who in (admin(app), head(app)):
        asked = await propose(app)
        with pytest.raises(ProposalOpen):
            await propose(app)
        async with app.work(who) as work:
            gone = await withdraw_grant(work, asked.id)
        assert gone.withdrawn_by == who.subject
        with pytest.raises(WrongState):
            await approve(app, asked)
        with pytest.raises(WrongState):
            async with app.work(who) as work:
                await withdraw_grant(work, asked.id)
    async with app.work(head(app)) as work:
        assert [one.open for one in await proposed_grants(work)] == [False, False]
    assert await held(app) == set()


async def test_it_begins_when_it_is_approved_and_not_after_its_end(app: Any) -> None:
    this_day = today(app.clock)
    late = await propose(app, "li", since=this_day)
    ahead = await propose(app, "wang", since=this_day + 9 * DAY)
    over = await propose(app, "zhao", until=this_day + DAY)
    app.clock.advance(timedelta(days=3))
    assert (await approve(app, late)).valid_from == late.since + 3 * DAY
    assert (await approve(app, ahead)).valid_from == ahead.since
    with pytest.raises(HeldThatDay):  # told to who proposes, not to who approves
        await propose(app, "wang", since=ahead.since + DAY)
    with pytest.raises(WrongState):
        await approve(app, over)
    assert await held(app) == {("li", "drawer")}
    async with app.work(admin(app)) as work:  # one that has not begun is called off
        gone = await end_role(work, "wang", "drawer")
        assert gone.ended_at and [m.subject for m in await past_roles(work)] == ["wang"]


async def test_whose_days_are_numbered_is_no_only_head(app: Any) -> None:
    until = today(app.clock) + 30 * DAY
    with pytest.raises(FieldMissing):
        await propose(app, "li", "bureau_head", until=until)
    await approve(app, await propose(app, "wang", "bureau_head"))
    await approve(app, await propose(app, "li", "bureau_head", until=until))
    assert {who for who, _ in await held(app)} == {"li", "wang"}


async def test_a_head_is_there_on_every_day_to_come(app: Any) -> None:
    """One whose days are numbered is no successor of one whose are not, until somebody else is."""
    this_day = today(app.clock)
    await approve(app, await propose(app, "wang", "bureau_head"))
    await approve(app, await propose(app, "li", "bureau_head", until=this_day + 2 * DAY))

    async def end(who: str) -> None:
        async with app.work(admin(app)) as work:
            await end_role(work, who, "bureau_head")

    with pytest.raises(LastOne):
        await end("wang")
    with pytest.raises(LastOne):  # and by the database alone
        async with app.database.unit(Scope.own(XP, "x")) as db:
            await db.execute(
                text(
                    "update membership set valid_until = :day, ended_at = :at, ended_by = 'x'"
                    " where subject = 'wang' and role = 'bureau_head'"
                ),
                {"day": this_day, "at": app.clock.now()},
            )
    await approve(app, await propose(app, "li", "bureau_head", since=this_day + 3 * DAY))
    await end("wang")
    for _ in range(5):
        assert ("li", "bureau_head") in await held(app)
        app.clock.advance(DAY)


async def test_roles_that_excluded_each_other_before_can_be_ended(app: Any, pg_server: Any) -> None:
    """Both were held before anybody said that they exclude each other."""
    this_day = today(app.clock)
    name = f"grants_{_numbers.__reduce__()[1][0] - 1}"
    async with administer(pg_server.superuser_dsn, name) as db:
        await db.execute(text("set session_replication_role = replica"))
        for bureau, role in ((XP, "security_admin"), (ZMD, "audit_admin")):
            await db.execute(
                text(
                    "insert into membership (bureau, subject, role, name, valid_from, certificate, origin)"
                    " values (:bureau, 'old', :role, '老人', :day, '', 'earlier')"
                ),
                {"bureau": bureau, "role": role, "day": this_day - DAY},
            )
    async with app.work(admin(app)) as work:
        await end_role(work, "old", "security_admin")
    assert ("old", "security_admin") not in await held(app)


async def test_granting_anew_appends_and_shortens(app: Any) -> None:
    this_day, later = today(app.clock), today(app.clock) + 30 * DAY

    async def grant(until: date | None, **more: Any) -> Membership:
        async with app.work(admin(app)) as work:
            return await grant_role(work, "li", "李四", "publisher", until=until, **more)

    await grant(later)
    behind = await grant(later + 30 * DAY)
    assert (behind.valid_from, behind.valid_until) == (later + DAY, later + 30 * DAY)
    shorter = await grant(later - DAY)
    assert (shorter.valid_from, shorter.valid_until) == (this_day, later - DAY)
    with pytest.raises(HeldThatDay):
        await grant(None, since=this_day + DAY)
    with pytest.raises(FieldMissing):
        await grant(None, since=this_day - DAY)
    with pytest.raises(FieldMissing):
        await grant(this_day - DAY)
    async with app.work(admin(app)) as work:
        await end_role(work, "li", "publisher")
    with pytest.raises(HeldThatDay):  # today was its last day
        await grant(None)
    async with app.work(admin(app)) as work:
        kept = [(m.valid_from, m.valid_until) for m in await past_roles(work)]
    # cut at once, not taken up again by itself
    assert kept == [(later + DAY, this_day), (this_day, this_day)]


async def test_a_role_prolonged_over_a_gap_holds_on_every_day(app: Any) -> None:
    this_day = today(app.clock)

    async def grant(until: date | None, **more: Any) -> Membership:
        async with app.work(admin(app)) as work:
            return await grant_role(work, "li", "李四", "publisher", until=until, **more)

    await grant(this_day + 9 * DAY)
    await grant(None, since=this_day + 30 * DAY)
    assert (await grant(None)).valid_until is None
    for days in (0, 10, 19, 1, 40):
        app.clock.advance(days * DAY)
        assert await held(app) == {("li", "publisher")}
    async with app.work(admin(app)) as work:
        await end_role(work, "li", "publisher")
    assert await held(app) == set()


async def test_an_ended_role_is_not_taken_up_again_by_a_period_that_waited(app: Any) -> None:
    this_day = today(app.clock)

    async def grant(until: date | None, **more: Any) -> Membership:
        async with app.work(admin(app)) as work:
            return await grant_role(work, "li", "李四", "publisher", until=until, **more)

    await grant(this_day + 9 * DAY)
    await grant(this_day + 19 * DAY)
    await grant(None, since=this_day + 30 * DAY)
    cut = await grant(this_day + 14 * DAY)  # within the second: it is shortened, the third called off
    assert (cut.valid_from, cut.valid_until) == (this_day + 10 * DAY, this_day + 14 * DAY)
    longer = await grant(this_day + 20 * DAY)
    assert (longer.valid_from, longer.valid_until) == (this_day + 15 * DAY, this_day + 20 * DAY)
    async with app.work(admin(app)) as work:
        await end_role(work, "li", "publisher")
    for days in (0, 10, 15, 31):
        app.clock.advance(days * DAY)
        assert await held(app) == set()
    async with app.work(head(app)) as work:
        told = [e for e in await journal.entries(work.db, work.scope, XP) if e.action == "people.end"]
    assert [e.before["from"] for e in told] == [
        (this_day + n * DAY).isoformat() for n in (30, 0, 10, 15)
    ]  # each period by its own entry
    assert {e.after["name"] for e in told} == {"李四"}


async def test_a_period_called_off_before_it_began_leaves_its_first_day_free(app: Any) -> None:
    first = today(app.clock) + 9 * DAY
    for attempt in range(3):
        async with app.work(admin(app)) as work:
            made = await grant_role(work, "li", "李四", "publisher", since=first, until=first + 9 * DAY)
        assert made.valid_from == first
        with pytest.raises(HeldThatDay):
            async with app.work(admin(app)) as work:
                await grant_role(work, "li", "李四", "publisher", since=first)
        if attempt < 2:
            async with app.work(admin(app)) as work:
                await end_role(work, "li", "publisher")
    async with app.work(admin(app)) as work:
        kept = [m for m in await past_roles(work) if m.subject == "li"]
    assert sorted((m.attempt, m.ended_at is None) for m in kept) == [(0, False), (1, False), (2, True)]
    app.clock.advance(9 * DAY)
    assert ("li", "publisher") in await held(app)
    async with app.work(admin(app)) as work:
        await end_role(work, "li", "publisher")
    assert ("li", "publisher") not in await held(app)


async def test_a_keeper_of_this_morning_draws_tomorrow(app: Any) -> None:
    async with app.work(admin(app)) as work:
        await grant_role(work, "li", "李四", "registry_keeper")
        await end_role(work, "li", "registry_keeper")
    with pytest.raises(ExclusiveRoles):
        await propose(app)
    asked = await propose(app, since=today(app.clock) + DAY)
    with pytest.raises(ExclusiveRoles):  # however the days came to be: again at the approval
        async with app.work(admin(app)) as work:
            await grant_role(work, "wang", "王五", "registry_keeper")
        await approve(app, await propose(app, "wang", since=today(app.clock)))
    assert (await approve(app, asked)).valid_from == asked.since


async def test_a_new_bureaus_first_two_come_with_it(app: Any) -> None:
    order = NewBureau("411799", "示例县分局", Person("a", "甲"), Person("b", "乙"))
    async with app.work(admin(app, ZMD)) as work:
        await open_bureau(work, order)
    first = Principal("a", "甲", "411799", frozenset({"bureau_admin"}))
    async with app.work(first) as work:
        assert {(m.role, m.origin) for m in await people(work)} == {
            ("bureau_admin", "founding"),
            ("bureau_head", "founding"),
        }
        asked = await propose_grant(work, RoleOrder("c", "丙", "drawer"))
    second = replace(head(app), subject="b", bureau="411799")
    async with app.work(second) as work:
        assert ("people.approve", 1) in [(t.id, t.count) for t in (await workbench(work)).todos]
        await approve_grant(work, asked.id, "c", "drawer")
