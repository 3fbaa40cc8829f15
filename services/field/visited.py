"""The firm's own page of its visit, behind the code the team shows at the door: no login, no script.

Every answer is the reader's alone: nothing is stored on the way, nothing is indexed.
"""

import re
from collections.abc import Mapping
from typing import Any

from litestar import Request, get, post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Template

from policies.errors import Missing, Problem
from policies.visiting.voices import LONGEST_CONTACT, LONGEST_TEXT, LONGEST_WORDS, MARKS, POINTS
from services.usecases.see_own_visit import see_own_visit
from services.usecases.speak_of_visit import Answered, answer_by_receipt, complain, rate_visit
from services.views.bureaus import names_of
from services.visiting.firm_door import Entered, at_door
from services.web.flood import count_one
from services.web.pages import language, page
from services.web.peers import client_of
from services.web.state import web_of
from services.work import Work
from tenants.stores import bureaus

AnyRequest = Request[Any, Any, Any]
Form = URLEncodedBody[dict[str, str]]
ONE = "/d/{bureau:str}/{token:str}"
MOST_WRITES, MOST_WRONG = 20, 60  # an hour: of one code; wrong codes of one client
LIMITS = {"words": LONGEST_WORDS, "text": LONGEST_TEXT, "contact": LONGEST_CONTACT}


@get(ONE, action="visit.door")
async def show(request: AnyRequest, bureau: FromPath[str], token: FromPath[str]) -> Template:
    """Who visits, why, how drawn, how often this year, which rights; and the two forms."""
    return await _page(request, bureau, token)


@post(f"{ONE}/rating", action="visit.door", status_code=200)
async def rate(request: AnyRequest, bureau: FromPath[str], token: FromPath[str], data: Form) -> Template:
    """The rating, or a change of it."""

    async def act(work: Work, entered: Entered) -> dict[str, Any]:
        marks = {point: _mark(data.get(point, "")) for point in POINTS}
        given = await rate_visit(work, entered, marks, data.get("words", ""), data.get("receipt", ""))
        return {"receipt": given, "of": "rating"}

    return await _acted(request, bureau, token, data, act)


@post(f"{ONE}/complaint", action="visit.door", status_code=200)
async def lodge(request: AnyRequest, bureau: FromPath[str], token: FromPath[str], data: Form) -> Template:
    """A complaint."""

    async def act(work: Work, entered: Entered) -> dict[str, Any]:
        given = await complain(work, entered, data.get("text", ""), data.get("contact", ""))
        return {"receipt": given, "of": "complaint"}

    return await _acted(request, bureau, token, data, act)


@post(f"{ONE}/receipt", action="visit.door", status_code=200)
async def answer(request: AnyRequest, bureau: FromPath[str], token: FromPath[str], data: Form) -> Template:
    """The answer to a complaint, by its receipt."""

    async def act(work: Work, entered: Entered) -> dict[str, Any]:
        return {"answered": await answer_by_receipt(work, entered, data.get("receipt", ""))}

    return await _acted(request, bureau, token, data, act, writes=False)


async def _acted(
    request: AnyRequest, bureau: str, token: str, data: Mapping[str, str], act: Any, *, writes: bool = True
) -> Template:
    """One act in one transaction; a refusal comes back on the page with what was typed."""
    app = web_of(request).app
    try:
        async with at_door(app, bureau, token, writes=writes) as (work, entered):
            await count_one(app, bureau, "firm", token, MOST_WRITES)
            done = await act(work, entered)
    except Problem as problem:
        if problem.kind == "failed" or (problem.kind == "missing" and writes):
            await _wrong(request, bureau, problem)
            raise
        told = problem.as_dict(language(request))
        status = {"missing": 404, "conflict": 409, "unavailable": 503}.get(problem.kind, 422)
        return await _page(request, bureau, token, status=status, problem=told, typed=dict(data))
    return await _page(request, bureau, token, **done)


async def _page(
    request: AnyRequest,
    bureau: str,
    token: str,
    *,
    status: int = 200,
    problem: Any = None,
    typed: Mapping[str, str] | None = None,
    receipt: str = "",
    of: str = "",
    answered: Answered | None = None,
) -> Template:
    try:
        async with at_door(web_of(request).app, bureau, token) as (work, entered):
            visit = await see_own_visit(work, entered)
            names = names_of(await bureaus.all_(work.control))
    except Missing as missing:
        await _wrong(request, bureau, missing)
        raise
    shown = {"v": visit, "names": names, "problem": problem, "typed": typed or {}, "receipt": receipt}
    more = {"of": of, "answered": answered, "limits": LIMITS, "marks": MARKS, "points": POINTS}
    made = page(request, "firm/visit.html", status=status, **shown, **more)
    made.headers["cache-control"] = "no-store"
    return made


async def _wrong(request: AnyRequest, bureau: str, problem: Problem) -> None:
    """A wrong code counts against its client. Raises Flooded."""
    web = web_of(request)
    if problem.kind == "missing":
        place = bureau if re.fullmatch(r"[0-9]{6}", bureau) else "_"
        client = client_of(request, web.app.settings.trusted_proxies)
        await count_one(web.app, place, "wrong-door", client, MOST_WRONG)


def _mark(text: str) -> int | str:
    return int(text) if text in ("1", "2", "3") else text


routes = [show, rate, lodge, answer]
