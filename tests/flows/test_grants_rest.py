"""Weighty roles rest after a reset of the login, until a second person restores them."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from policies.errors import Forbidden, Missing
from services.demo.granting import give
from services.identity.directory import TenantDirectory
from services.identity.login_errors import NobodyRestores
from services.usecases.grant_role import grant_role
from services.usecases.restore_roles import restore_roles, suspend_roles
from services.views.workbench import workbench
from tenants.errors import SameHand, WrongState
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
        row = Membership(XP, head(app).subject, "bureau_head", "负责人", app.clock.now().date() - DAY)
        with by_hand():
            await give(work.control, work.scope, row)


async def signed_in(app: Any, subject: str) -> set[str]:
    found = await TenantDirectory(app.database).of_subject(subject, app.clock.now().date())
    return {one.role for one in found}
