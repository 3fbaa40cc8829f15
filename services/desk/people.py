"""People of the bureau: who holds which role today; giving a role and ending it."""

from datetime import date
from typing import Any

from litestar import Request, get, post
from litestar.params import URLEncodedBody
from litestar.response import Redirect, Template

from policies.access_matrix import ROLES
from policies.errors import Problem
from services.desk.forms import some_day, words_of
from services.ruling.rule_choice_errors import FieldMissing
from services.usecases.grant_role import FROM_ELSEWHERE, end_role, grant_role, people
from services.views.desk import here
from services.views.duty_bars import role_bars, roster_bars
from services.web.depends import InWork
from services.web.pages import language, page
from services.work import Work

AnyRequest = Request[Any, Any, Any]
Form = URLEncodedBody[dict[str, str]]
LONGEST = 100  # characters of a login's id, a name or a certificate number
GIVEN = {role: words[0] for role, words in ROLES.items() if role not in FROM_ELSEWHERE}


@get("/desk/people", action="people.read")
async def show(request: AnyRequest, work: InWork) -> Template:
    """Roles held today; the administrator also gets the form."""
    return await _page(request, work)


@post("/desk/people", action="people.grant", status_code=200)
async def give(request: AnyRequest, work: InWork, data: Form) -> Template | Redirect:
    """Gives a role from today; a refusal brings the form back as it was typed."""
    try:
        async with work.db.begin_nested():  # a refusal of the database must leave the page readable
            await _give(work, data)
    except Problem as problem:
        return await _refused(request, work, problem, data)
    return Redirect("/desk/people", status_code=303)


@post("/desk/people/end", action="people.grant", status_code=200)
async def end(request: AnyRequest, work: InWork, data: Form) -> Template | Redirect:
    """Ends a role; it is gone with the person's next request."""
    try:
        async with work.db.begin_nested():
            await end_role(work, words_of(data, "subject"), words_of(data, "role"))
    except Problem as problem:
        return await _refused(request, work, problem, {})
    return Redirect("/desk/people", status_code=303)


async def _give(work: Work, data: dict[str, str]) -> None:
    role = a_role(data)
    subject = a_text(data, "subject", "登录标识")
    name = a_text(data, "name", "姓名")
    certificate = a_text(data, "certificate", "执法证号", least=0)
    await grant_role(work, subject, name, role, certificate=certificate, until=_until(data, work.today))


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


def _until(data: dict[str, str], today: date) -> date | None:
    found = some_day(data, "until", "最后一天")
    if found is not None and found < today:
        raise FieldMissing(found.isoformat(), field="最后一天", need=f"{today.isoformat()} 或以后，或留空")
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
        roles=GIVEN,
        bars=await roster_bars(work),
        excluded=await role_bars(work, work.scope.bureau),
        problem=problem,
        data=data or {},
    )


routes = [show, give, end]
