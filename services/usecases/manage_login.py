"""A bureau's logins: opened, closed, given a new password or a new second factor.

The identity service is asked first and the journal kept after it, in one unit with the role: what is lost in
between is a login without a role, which opens nothing and is taken up again by the same order. Roles that
must rest do so before it is asked.
"""

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import date

from policies.access_matrix import ROLES
from policies.errors import Missing
from services.identity.endings import Endings
from services.identity.login_errors import BadUsername, LoginOfOthers, LoginShared, LoginTaken, OwnLogin
from services.identity.logins import Login, Logins, open_logins
from services.identity.sessions import ABSOLUTE_SECONDS
from services.usecases.grant_role import FROM_ELSEWHERE
from services.usecases.propose_grant import RoleOrder, give_role, withdraw_proposed
from services.usecases.restore_roles import suspend_roles
from services.work import Work
from tenants import journal
from tenants.role_rows import RoleGrant
from tenants.rows import Membership
from tenants.scope import Scope
from tenants.stores import members, role_grants

USERNAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,39}")


@dataclass(frozen=True, slots=True)
class NewLogin:
    """A person to be let in.

    Attributes:
        username: what is typed, without the bureau's code. name: shown, and kept with the role.
        role: given from today, or proposed where two people grant it.
        certificate: of an inspector. until: last day, if it is known.
    """

    username: str
    name: str
    role: str
    certificate: str = ""
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Issued:
    """A login with the password for one use; shown once, kept nowhere.

    Attributes:
        waits: its first role is proposed, and waits for another person.
    """

    login: Login
    password: str
    waits: bool = False


@dataclass(frozen=True, slots=True)
class PersonLogin:
    """Somebody of the bureau, and the login as far as the identity service knows one.

    Attributes:
        waiting: roles proposed for the person, which wait for another one.
        own: the bureau may manage it: opened here, and in use nowhere else.
    """

    subject: str
    name: str
    roles: tuple[str, ...]
    login: Login | None
    own: bool
    waiting: tuple[str, ...] = ()


async def list_logins(work: Work) -> tuple[PersonLogin, ...]:
    """People with a role today, or one proposed, by subject, with their logins.

    Raises:
        LoginsFixed, LoginsElsewhere, LoginsRefused, IdentityUnavailable: see `services.identity.logins`.
    """
    work.require("login.read")
    held = await members.in_bureau(work.control, work.scope, work.scope.bureau, work.today)
    asked = await role_grants.of_bureau(work.control, work.scope, work.scope.bureau, open_only=True)
    subjects = sorted({one.subject for one in held} | {one.subject for one in asked})
    async with open_logins(work.app.settings) as logins:
        found = await logins.several(subjects)
    return tuple([await _person(work, subject, held, asked, found.get(subject)) for subject in subjects])


async def create_login(work: Work, order: NewLogin) -> Issued:
    """Open a login and give it its first role, or propose that.

    An order that was interrupted is taken up again: a login with the bureau's code in front that never held a
    role here is the one left behind, and gets another password.

    Raises:
        BadUsername, Missing: the order. LoginTaken: somebody else's.
        LoginsFixed, LoginsElsewhere, LoginsRefused, IdentityUnavailable: nothing was changed.
    """
    work.require("login.manage")
    if not USERNAME.fullmatch(order.username):
        raise BadUsername(order.username[:60])
    if order.role not in ROLES or order.role in FROM_ELSEWHERE:
        raise Missing(order.role, what="岗位")
    username = f"{work.scope.bureau}-{order.username}"
    async with open_logins(work.app.settings) as logins:
        left = await logins.named(username)
        if left is None:
            login, password = await logins.create(username, order.name)
        else:
            await _unused(work, left)
            await logins.enable(left.subject, True)
            login, password = left, await logins.reset(left.subject)
    first = RoleOrder(login.subject, order.name, order.role, order.certificate, until=order.until)
    given = await give_role(work, first)
    await _note(work, "login.create", login)
    return Issued(login, password, waits=given.proposal is not None)


async def disable_login(work: Work, subject: str) -> Login:
    """Close a login: it signs in no more, and every session ends with its next request.

    Raises:
        OwnLogin: the person's own. Missing: nobody of this bureau.
        LoginShared, LoginOfOthers: not this bureau's alone.
        IdentityUnavailable and the other refusals of `services.identity.logins`: nothing was changed.
    """
    return await _act(work, subject, "login.disable", lambda logins: logins.enable(subject, False))


async def enable_login(work: Work, subject: str) -> Login:
    """Open a closed login again. Raises as `disable_login`."""
    return await _act(work, subject, "login.enable", lambda logins: logins.enable(subject, True), ends=False)


async def reset_login(work: Work, subject: str) -> Issued:
    """Give a new password for one use; every session ends, and weighty roles rest until a second person
    restores them. Proposed roles are withdrawn: they were proposed for whoever held the login before.

    Raises as `disable_login`; NobodyRestores.
    """
    made: list[str] = []

    async def reset(logins: Logins) -> None:
        made.append(await logins.reset(subject))

    return Issued(await _act(work, subject, "login.reset", reset, rests=True), made[0])


async def require_second_factor(work: Work, subject: str) -> Login:
    """Forget the second factor; a new one is enrolled at the next sign-in. Weighty roles rest as after
    `reset_login`. Raises as that.
    """
    return await _act(work, subject, "login.enrol", lambda logins: logins.enrol_again(subject), rests=True)


async def _act(
    work: Work,
    subject: str,
    action: str,
    act: Callable[[Logins], Awaitable[None]],
    *,
    ends: bool = True,
    rests: bool = False,
) -> Login:
    work.require("login.manage")
    if subject == work.principal.subject:
        raise OwnLogin
    if subject not in await _known(work):
        raise Missing(subject, what="登录账号")
    async with open_logins(work.app.settings) as logins:
        login = await logins.get(subject)
        if login is None:
            raise Missing(subject, what="登录账号")
        await _refuse_others(work, login)
        if rests:
            await _rest_first(work, login, action)
        await act(logins)
    if ends:  # also without waiting for the identity service's own message
        await Endings(work.app.redis, work.app.wall, ABSOLUTE_SECONDS).end_person(subject)
    if not rests:
        await _note(work, action, login)
    return login


async def _rest_first(work: Work, login: Login, action: str) -> None:
    """Committed before the identity service is asked, with the order itself: it takes no part in our commit.

    What is lost in between leaves roles at rest, an order told and the login as it was; never a new password
    with power, nor one that no journal knows of.
    """
    async with work.app.work(work.principal, bureau=work.scope.bureau) as before:
        await suspend_roles(before, login.subject)
        await withdraw_proposed(before, login.subject)
        await _note(before, action, login)


async def _refuse_others(work: Work, login: Login) -> None:
    """Whoever resets a password can act as its person: a bureau does that to nobody another one relies on."""
    if await _elsewhere(work, login.subject):
        raise LoginShared(login.username)
    if not _opened_here(work, login):
        raise LoginOfOthers(login.username, bureau=work.scope.bureau)


async def _unused(work: Work, left: Login) -> None:
    if left.subject in await _known(work) or await _elsewhere(work, left.subject):
        raise LoginTaken(left.username)


async def _known(work: Work) -> frozenset[str]:
    """Who ever held a role here, or is proposed for one."""
    held = await members.in_bureau(work.control, work.scope, work.scope.bureau)
    asked = await role_grants.of_bureau(work.control, work.scope, work.scope.bureau, open_only=True)
    return frozenset(one.subject for one in held) | frozenset(one.subject for one in asked)


async def _elsewhere(work: Work, subject: str) -> bool:
    async with work.app.database.unit(Scope.login(subject), read_only=True) as db:
        held = await members.standing(db, subject, work.today)
    return any(one.bureau != work.scope.bureau for one in held)


def _opened_here(work: Work, login: Login) -> bool:
    return login.username.startswith(f"{work.scope.bureau}-")


async def _person(
    work: Work,
    subject: str,
    held: Sequence[Membership],
    asked: Sequence[RoleGrant],
    login: Login | None,
) -> PersonLogin:
    mine = [one for one in held if one.subject == subject]
    waiting = [one for one in asked if one.subject == subject]
    own = login is not None and _opened_here(work, login) and not await _elsewhere(work, subject)
    roles, waits = tuple(one.role for one in mine), tuple(one.role for one in waiting)
    name = mine[0].name if mine else waiting[0].name
    return PersonLogin(subject, name, roles, login, own, waits)


async def _note(work: Work, action: str, login: Login) -> None:
    await journal.note(
        work.db,
        work.scope,
        actor=work.principal,
        action=action,
        target=f"login/{login.subject}",
        after={"username": login.username},
        at=work.now,
    )
