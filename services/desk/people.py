"""People of the bureau: who holds which role today; giving a role, approving one, ending one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from policies.access_matrix import ROLES, SENSITIVE
from policies.errors import Problem
from services.desk.forms import some_day, words_of
from services.keepers import keeping_of
from services.ruling.rule_choice_errors import FieldMissing
from services.usecases.approve_grant import approve_grant
from services.usecases.grant_role import FROM_ELSEWHERE, end_role, past_roles, people
from services.usecases.propose_grant import RoleOrder, give_role, proposed_grants, withdraw_grant
from services.usecases.restore_roles import resting_roles, restore_roles
from services.views.desk import here
from services.views.duty_bars import role_bars, roster_bars
from services.views.people import people_of
from services.web.depends import InWork
from services.web.pages import language, page
from services.work import Work
from tenants.rows import Membership

AnyRequest = Request[Any, Any, Any]
Form = URLEncodedBody[dict[str, str]]
PEOPLE, PROPOSAL = "/desk/people", "/desk/people/proposals/{grant:uuid}"
LONGEST = 100  # characters of a login's id, a name or a certificate number
GIVEN = {role: words[0] for role, words in ROLES.items() if role not in FROM_ELSEWHERE}


@get(PEOPLE, action="people.read")
async def show(request: AnyRequest, work: InWork) -> Template:
    """Roles held today, proposals that wait, former periods; the administrator also gets the form."""
    return await _page(request, work)


@post(PEOPLE, action="people.grant", status_code=200)
async def give(request: AnyRequest, work: InWork, data: Form) -> Template | Redirect:
    """Gives a role, or proposes one that two people grant; a refusal brings the form back as it was typed."""
    try:
        async with work.attempt():
            await give_role(work, _order(data))
    except Problem as problem:
        return await _refused(request, work, problem, data)
    return Redirect(PEOPLE, status_code=303)


@post(f"{PROPOSAL}/approve", action="people.approve", status_code=200)
async def approve(
    request: AnyRequest, work: InWork, grant: FromPath[UUID], data: Form
) -> Template | Redirect:
    """Approves a role as it was read: the second factor is given for the person and role of the form."""
    try:
        async with work.attempt():
            await approve_grant(work, grant, words_of(data, "subject"), words_of(data, "role"))
    except Problem as problem:
        return await _refused(request, work, problem, {})
    return Redirect(PEOPLE, status_code=303)


@post(f"{PEOPLE}/restore", action="people.approve", status_code=200)
async def restore(request: AnyRequest, work: InWork, data: Form) -> Template | Redirect:
    """Roles that rest after a new password hold again: another person has seen whose login it is."""
    try:
        async with work.attempt():
            await restore_roles(work, words_of(data, "subject"), _moment(data))
    except Problem as problem:
        return await _refused(request, work, problem, {})
    return Redirect(PEOPLE, status_code=303)


@post(f"{PROPOSAL}/withdraw", action="people.withdraw", status_code=200)
async def withdraw(request: AnyRequest, work: InWork, grant: FromPath[UUID]) -> Template | Redirect:
    """Takes back or declines a proposal."""
    try:
        async with work.attempt():
            await withdraw_grant(work, grant)
    except Problem as problem:
        return await _refused(request, work, problem, {})
    return Redirect(PEOPLE, status_code=303)


@post(f"{PEOPLE}/end", action="people.grant", status_code=200)
async def end(request: AnyRequest, work: InWork, data: Form) -> Template | Redirect:
    """Ends a role; it is gone with the person's next request."""
    try:
        async with work.attempt():
            await end_role(work, words_of(data, "subject"), words_of(data, "role"))
    except Problem as problem:
        return await _refused(request, work, problem, {})
    return Redirect(PEOPLE, status_code=303)


def _order(data: dict[str, str]) -> RoleOrder:
    return RoleOrder(
        subject=a_text(data, "subject", "登录标识"),
        name=a_text(data, "name", "姓名"),
        role=a_role(data),
        certificate=a_text(data, "certificate", "执法证号", least=0),
        since=some_day(data, "since", "第一天"),
        until=some_day(data, "until", "最后一天"),
        why=a_text(data, "why", "说明", least=0),
    )


def _moment(data: dict[str, str]) -> datetime:
    """Since when the roles rest, as the page said. Raises FieldMissing."""
    try:
        return datetime.fromisoformat(words_of(data, "since"))
    except ValueError:
        raise FieldMissing(words_of(data, "since")[:40], field="暂停时间", need="页面上的时间") from None


def a_role(data: dict[str, str]) -> str:
    """A role that a person may be given. Raises FieldMissing."""
    role = words_of(data, "role")
    if role not in GIVEN:
        raise FieldMissing(role[:40], field="岗位", need="从列表中选择")
    return role


def a_text(data: dict[str, str], name: str, field: str, least: int = 1) -> str:
    """One line of a sensible length. Raises FieldMissing."""
    text = words_of(data, name)
    if not least <= len(text) <= LONGEST or not text.isprintable():
        raise FieldMissing(text[:20], field=field, need=f"{least} 至 {LONGEST} 个字符，不换行")
    return text


def _by_person(held: Sequence[Membership]) -> dict[str, list[Membership]]:
    found: dict[str, list[Membership]] = {}
    for one in held:
        found.setdefault(one.subject, []).append(one)
    return found


async def _refused(request: AnyRequest, work: Work, problem: Problem, data: dict[str, str]) -> Template:
    if problem.kind not in ("invalid", "conflict", "missing"):
        raise problem
    return await _page(request, work, status=422, problem=problem.as_dict(language(request)), data=data)


async def _page(
    request: AnyRequest,
    work: Work,
    *,
    status: int = 200,
    problem: dict[str, Any] | None = None,
    data: dict[str, str] | None = None,
) -> Template:
    return page(
        request,
        "desk/people.html",
        status=status,
        here=await here(work),
        people=await people(work),
        past=await past_roles(work),
        proposals=[one for one in await proposed_grants(work) if one.open],
        names=await people_of(work, work.scope.bureau),
        resting=_by_person(await resting_roles(work)),
        roles=GIVEN,
        sensitive=SENSITIVE,
        bars=await roster_bars(work),
        excluded=await role_bars(work, work.scope.bureau),
        keeping=await keeping_of(work),
        problem=problem,
        data=data or {},
    )


routes = [show, give, approve, restore, withdraw, end]
