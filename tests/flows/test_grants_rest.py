"""Weighty roles rest after a reset of the login, until a second person restores them."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from policies.errors import Forbidden, Missing
from services.clock import today
from services.demo.granting import give
from services.identity.directory import TenantDirectory
from services.identity.login_errors import NobodyRestores, RestChanged
from services.usecases.grant_role import end_role, grant_role
from services.usecases.propose_grant import withdraw_proposed
from services.usecases.restore_roles import restore_roles, suspend_roles
from services.views.workbench import workbench
from tenants.errors import LastOne, SameHand, WrongState
from tenants.rows import Membership

from .census import by_hand
from .test_grants import DAY, XP, admin, app, approve, head, propose

__all__ = ["app"]


async def test_weighty_roles_rest_after_a_reset_until_a_second_person_restores_them(app: Any) -> None:
    """Whoever gives out a password could sign in with it: what two people grant rests until another says."""
    await seat_a_head(app)
    await approve(app, await propose(app))
    async with app.work(admin(app)) as work:
        await grant_role(work, "li", "李四", "publisher")
        assert [one.role for one in await suspend_roles(work, "li")] == ["drawer"]
    assert await signed_in(app, "li") == {"publisher"}
    with pytest.raises(Forbidden):  # the administrator holds no right to restore
        async with app.work(admin(app)) as work:
            await restore_roles(work, "li")
    for who in (replace(head(app), subject=admin(app).subject), replace(head(app), subject="li")):
        with pytest.raises(SameHand):
            async with app.work(who) as work:
                await restore_roles(work, "li")
    async with app.work(head(app)) as work:
        assert ("people.approve", 1) in [(t.id, t.count) for t in (await workbench(work)).todos]
        (one,) = await restore_roles(work, "li")
    assert one.role == "drawer" and await signed_in(app, "li") == {"drawer", "publisher"}
    with pytest.raises(Missing):
        async with app.work(head(app)) as work:
            await restore_roles(work, "li")
    app.clock.advance(timedelta(minutes=1))
    async with app.work(admin(app)) as work:  # and once more, after the next reset
        await suspend_roles(work, "li")
    assert await signed_in(app, "li") == {"publisher"}


async def test_whoever_reset_first_does_not_end_the_rest_that_another_one_began_anew(app: Any) -> None:
    """The first still knows the password when the second only takes the second factor away."""
    await seat_a_head(app)
    second = replace(admin(app), subject="second", roles=frozenset({"bureau_head", "bureau_admin"}))
    async with app.work(admin(app)) as work:
        with by_hand():
            row = Membership(XP, "second", "bureau_head", "负责人", today(app.clock) - DAY)
            await give(work.control, work.scope, row)
    await approve(app, await propose(app))
    first = replace(head(app), roles=frozenset({"bureau_head", "bureau_admin"}))
    for who in (first, second):
        async with app.work(who) as work:
            if who is second:  # both heads reset it: nobody would be left to restore
                with pytest.raises(NobodyRestores):
                    await suspend_roles(work, "li")
                row = replace(row, subject="third")
                with by_hand():
                    await give(work.control, work.scope, row)
            await suspend_roles(work, "li")
        app.clock.advance(timedelta(minutes=1))
    for who in (first, second):
        with pytest.raises(SameHand):
            async with app.work(who) as work:
                await restore_roles(work, "li")
    async with app.work(replace(first, subject="third")) as work:
        await restore_roles(work, "li")
    assert await signed_in(app, "li") == {"drawer"}
    app.clock.advance(timedelta(minutes=1))
    async with app.work(first) as work:  # a rest that ended is forgotten with the next one
        await suspend_roles(work, "li")
    async with app.work(second) as work:
        await restore_roles(work, "li")


async def test_a_head_at_rest_stands_in_for_nobody(app: Any) -> None:
    await seat_a_head(app)
    async with app.work(admin(app)) as work:
        row = Membership(XP, "resting", "bureau_head", "负责人", today(app.clock) - DAY)
        with by_hand():
            await give(work.control, work.scope, row)
        await suspend_roles(work, "resting")
    with pytest.raises(LastOne):
        async with app.work(admin(app)) as work:
            await end_role(work, head(app).subject, "bureau_head")
    raw = "update membership set valid_until = valid_from where role = 'bureau_head' and subject = :s"
    with pytest.raises(LastOne):  # and by the database alone
        async with app.work(admin(app)) as work:
            with by_hand():
                await work.control.execute(text(raw), {"s": head(app).subject})


async def test_who_alone_could_end_a_rest_does_not_leave(app: Any) -> None:
    await seat_a_head(app)
    async with app.work(admin(app)) as work:
        row = Membership(XP, "sec", "security_admin", "安全保密员", today(app.clock) - DAY)
        with by_hand():
            await give(work.control, work.scope, row)
        await suspend_roles(work, head(app).subject)
    with pytest.raises(LastOne):
        async with app.work(admin(app)) as work:
            await end_role(work, "sec", "security_admin")


async def test_two_resets_at_once_leave_somebody_who_restores(app: Any) -> None:
    """Each of them alone would leave the other person; the second waits and sees the first."""
    await seat_a_head(app)
    async with app.work(admin(app)) as work:
        row = Membership(XP, "sec", "security_admin", "安全保密员", today(app.clock) - DAY)
        with by_hand():
            await give(work.control, work.scope, row)

    async def reset(subject: str) -> None:
        async with app.work(admin(app)) as work:
            await suspend_roles(work, subject)
            await asyncio.sleep(0.2)

    done = await asyncio.gather(reset("sec"), reset(head(app).subject), return_exceptions=True)
    assert sorted(type(one).__name__ for one in done) == ["NobodyRestores", "NoneType"]


async def test_what_was_proposed_for_a_login_ends_with_its_reset(app: Any) -> None:
    """The role was proposed for the person who had the login before."""
    made = await propose(app)
    async with app.work(admin(app)) as work:
        assert [one.id for one in await withdraw_proposed(work, "li")] == [made.id]
        assert await withdraw_proposed(work, "li") == ()
    with pytest.raises(WrongState):
        await approve(app, made)


async def test_a_rest_that_began_anew_is_not_ended_by_an_older_look(app: Any) -> None:
    await seat_a_head(app)
    await approve(app, await propose(app))
    seen = app.clock.now()
    async with app.work(admin(app)) as work:
        await suspend_roles(work, "li")
    app.clock.advance(timedelta(minutes=1))
    async with app.work(admin(app)) as work:
        await suspend_roles(work, "li")
    with pytest.raises(RestChanged):
        async with app.work(head(app)) as work:
            await restore_roles(work, "li", seen)
    async with app.work(head(app)) as work:
        await restore_roles(work, "li", app.clock.now())


async def test_where_nobody_could_restore_nothing_is_reset(app: Any) -> None:
    await seat_a_head(app)
    with pytest.raises(NobodyRestores):  # the head alone could, and it is the head's login
        async with app.work(admin(app)) as work:
            await suspend_roles(work, head(app).subject)
    assert await signed_in(app, head(app).subject) == {"bureau_head"}


@pytest.mark.parametrize(
    "change",
    [
        "suspended_at = null, suspended_by = null",
        "suspended_at = suspended_at - interval '1 hour'",
        "suspended_by = 'somebody'",
        "suspended_hands = '{}'",
        "suspended_hands = array['somebody'], suspended_by = 'somebody'",
        "suspended_hands = array['somebody'], suspended_by = 'somebody', suspended_at = now() + '99 years'",
        "restored_at = suspended_at, restored_by = suspended_by",
        "restored_at = suspended_at, restored_by = subject",
        "restored_at = suspended_at - interval '1 hour', restored_by = 'somebody'",
        "restored_by = 'somebody'",
    ],
)
async def test_raw_sql_does_not_take_a_rest_off(app: Any, change: str) -> None:
    await seat_a_head(app)
    await approve(app, await propose(app))
    async with app.work(admin(app)) as work:
        await suspend_roles(work, "li")
    with pytest.raises((WrongState, SameHand)):
        async with app.work(admin(app)) as work:
            with by_hand():
                await work.control.execute(text(f"update membership set {change} where subject = 'li'"))
    assert await signed_in(app, "li") == set()


async def seat_a_head(app: Any) -> None:
    """The deployment of this file has people without memberships: here the head has one."""
    async with app.work(admin(app)) as work:
        row = Membership(XP, head(app).subject, "bureau_head", "负责人", today(app.clock) - DAY)
        with by_hand():
            await give(work.control, work.scope, row)


async def signed_in(app: Any, subject: str) -> set[str]:
    found = await TenantDirectory(app.database).of_subject(subject, today(app.clock))
    return {one.role for one in found}
