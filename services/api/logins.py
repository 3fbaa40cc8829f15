"""Logins of a bureau's people. A password for one use stands in one answer only, which is never kept."""

from datetime import date
from typing import Annotated, Literal

from litestar.params import JSONBody
from msgspec import Meta

from policies.access_errors import Stranger
from services.api.contract import acts, reads
from services.api.types import NO_NUL, Body, Bureau, Out
from services.identity.logins import Login
from services.usecases.manage_login import (
    NewLogin,
    PersonLogin,
    create_login,
    disable_login,
    enable_login,
    list_logins,
    require_second_factor,
    reset_login,
)
from services.web.depends import InWork
from services.work import Work

Line = Annotated[str, Meta(min_length=1, max_length=100, pattern=NO_NUL)]
Certificate = Annotated[str, Meta(max_length=100, pattern=NO_NUL)]
_ACTS = {"disable": disable_login, "enable": enable_login, "second_factor": require_second_factor}


class LoginOrder(Body):
    """A person to be let in. `username` without the bureau's code, which is put in front."""

    username: Line
    name: Line
    role: Line
    certificate: Certificate = ""
    until: date | None = None


class LoginAct(Body):
    """What to do with a login. `second_factor`: forget it; a new one is enrolled at the next sign-in."""

    subject: Line
    act: Literal["disable", "enable", "reset", "second_factor"]


class LoginOut(Out):
    """A login. `enrolled`: a second factor is set up, where that is known."""

    subject: str
    username: str
    name: str
    enabled: bool
    enrolled: bool | None


class PersonOut(Out):
    """Somebody with a role today, or one proposed (`waiting`). `own`: this bureau may manage the login."""

    subject: str
    name: str
    roles: list[str]
    waiting: list[str]
    login: LoginOut | None
    own: bool


class IssuedOut(Out):
    """What was done. `password`: for one use, shown once; null where none was made.

    `waits`: the first role of a new login is proposed, and waits for another person.
    """

    login: LoginOut
    password: str | None
    waits: bool = False


@reads("/bureaus/{bureau:str}/logins", action="login.read")
async def list_bureau_logins(work: InWork, bureau: Bureau) -> list[PersonOut]:
    """People with a role today, with their logins at the identity service."""
    _within(work, bureau)
    return [_person(one) for one in await list_logins(work)]


@acts("/bureaus/{bureau:str}/logins", action="login.manage")
async def create_bureau_login(work: InWork, bureau: Bureau, data: JSONBody[LoginOrder]) -> IssuedOut:
    """Open a login with its first role. Sent again after a failure, it goes on where it stopped."""
    _within(work, bureau)
    order = NewLogin(data.username, data.name, data.role, data.certificate, data.until)
    issued = await create_login(work, order)
    return IssuedOut(login=_login(issued.login), password=issued.password, waits=issued.waits)


@acts("/bureaus/{bureau:str}/logins/act", action="login.manage")
async def change_bureau_login(work: InWork, bureau: Bureau, data: JSONBody[LoginAct]) -> IssuedOut:
    """Close or open a login, give a new password, or ask for a new second factor; sessions end at once."""
    _within(work, bureau)
    if data.act == "reset":
        issued = await reset_login(work, data.subject)
        return IssuedOut(login=_login(issued.login), password=issued.password)
    return IssuedOut(login=_login(await _ACTS[data.act](work, data.subject)), password=None)


def _within(work: Work, bureau: str) -> None:
    """The path names the bureau acted for. Raises Stranger."""
    if bureau != work.scope.bureau:
        raise Stranger(bureau)


def _login(one: Login) -> LoginOut:
    return LoginOut(
        subject=one.subject,
        username=one.username,
        name=one.name,
        enabled=one.enabled,
        enrolled=one.enrolled,
    )


def _person(one: PersonLogin) -> PersonOut:
    login = _login(one.login) if one.login else None
    return PersonOut(
        subject=one.subject,
        name=one.name,
        roles=list(one.roles),
        waiting=list(one.waiting),
        login=login,
        own=one.own,
    )


routes = [list_bureau_logins, create_bureau_login, change_bureau_login]
