"""Logins of the bureau's people: opened, closed, given a new password or a new second factor."""

from collections.abc import Awaitable, Callable
from typing import Any

from litestar import Request, get, post
from litestar.params import URLEncodedBody
from litestar.response import Template

from policies.errors import Problem
from services.desk.forms import some_day, words_of
from services.desk.people import GIVEN, a_role, a_text
from services.usecases.manage_login import (
    Issued,
    NewLogin,
    PersonLogin,
    create_login,
    disable_login,
    enable_login,
    list_logins,
    require_second_factor,
    reset_login,
)
from services.views.desk import here
from services.web.depends import InWork
from services.web.pages import language, page
from services.work import Work

AnyRequest = Request[Any, Any, Any]
Form = URLEncodedBody[dict[str, str]]
LOGINS = "/desk/people/logins"
SHOWN = ("invalid", "conflict", "missing", "forbidden", "unavailable")  # told on the page


@get([LOGINS, *(f"{LOGINS}/{act}" for act in ("disable", "enable", "reset", "second"))], action="login.read")
async def show(request: AnyRequest, work: InWork) -> Template:
    """People with a role today and their logins; the other addresses after a refused act."""
    return await _page(request, work)


@post(LOGINS, action="login.manage", status_code=200)
async def create(request: AnyRequest, work: InWork, data: Form) -> Template:
    """Opens a login with its first role; the password is shown once, on this page."""
    try:
        async with work.attempt():
            issued = await create_login(work, _order(data))
    except Problem as problem:
        return await _refused(request, work, problem, data)
    return await _page(request, work, issued=issued, done="已开设账号")


async def _close(work: Work, person: str) -> Issued | None:
    await disable_login(work, person)
    return None


async def _open(work: Work, person: str) -> Issued | None:
    await enable_login(work, person)
    return None


async def _enrol(work: Work, person: str) -> Issued | None:
    await require_second_factor(work, person)
    return None


# last part of the address → the act, and what the page says of it
ACTS: dict[str, tuple[Callable[[Work, str], Awaitable[Issued | None]], str]] = {
    "disable": (_close, "已停用，其登录立即失效"),
    "enable": (_open, "已启用"),
    "reset": (reset_login, "已重置密码，原登录立即失效"),
    "second": (_enrol, "已清除二次验证，下次登录时重新绑定"),
}


@post([f"{LOGINS}/{name}" for name in ACTS], action="login.manage", status_code=200)
async def change(request: AnyRequest, work: InWork, data: Form) -> Template:
    """Closes or opens a login, gives a new password (shown once), or asks for a new second factor."""
    act, done = ACTS[request.url.path.rpartition("/")[2]]
    try:
        async with work.attempt():
            issued = await act(work, words_of(data, "person"))
    except Problem as problem:
        return await _refused(request, work, problem)
    return await _page(request, work, issued=issued, done=done)


def _order(data: dict[str, str]) -> NewLogin:
    return NewLogin(
        username=words_of(data, "username"),
        name=a_text(data, "name", "姓名"),
        role=a_role(data),
        certificate=a_text(data, "certificate", "执法证号", least=0),
        until=some_day(data, "until", "最后一天"),
    )


async def _refused(
    request: AnyRequest, work: Work, problem: Problem, data: dict[str, str] | None = None
) -> Template:
    if problem.kind not in SHOWN:
        raise problem
    status = 503 if problem.kind == "unavailable" else 422
    return await _page(request, work, status=status, problem=problem.as_dict(language(request)), data=data)


async def _page(
    request: AnyRequest,
    work: Work,
    *,
    status: int = 200,
    problem: dict[str, Any] | None = None,
    issued: Issued | None = None,
    done: str = "",
    data: dict[str, str] | None = None,
) -> Template:
    rows, closed = await _rows(request, work)
    return page(
        request,
        "desk/logins.html",
        status=status,
        here=await here(work),
        rows=rows,
        closed=closed,
        roles=GIVEN,
        problem=problem,
        issued=issued,
        done=done,
        data=data or {},
    )


async def _rows(request: AnyRequest, work: Work) -> tuple[tuple[PersonLogin, ...], dict[str, Any] | None]:
    """The people, or why their logins cannot be shown: then the page says so and offers no button."""
    try:
        return await list_logins(work), None
    except Problem as problem:
        if problem.kind not in ("conflict", "unavailable"):
            raise
        return (), problem.as_dict(language(request))


routes = [show, create, change]
