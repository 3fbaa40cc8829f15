"""An officer rings in sick: who comes instead, in three taps on a phone, for a second person to approve."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from litestar import Request, get, post
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from policies.errors import Problem
from services.desk.forms import day_of
from services.drawing.change_case import Shown
from services.drawing.changing import LONGEST, Step
from services.usecases.change_board import VisitLine, visits_with
from services.usecases.propose_change import preview_change, propose_change
from services.views.desk import here
from services.views.people import officer_names
from services.web.depends import InWork
from services.web.pages import language, page

AnyRequest = Request[Any, Any, Any]
Form = URLEncodedBody[dict[str, str]]
PAGE = "/desk/draws/{draw_no:int}/absence"


@get(PAGE, action="draw.change")
async def ask(
    request: AnyRequest,
    work: InWork,
    draw_no: FromPath[int],
    day: FromQuery[str] = "",
    team: FromQuery[str] = "",
    officer: FromQuery[str] = "",
    why: FromQuery[str] = "",
) -> Template:
    """Who of a team cannot come; once that is said, whom the draw puts in."""
    on = day_of({"day": day}, "day", "检查日")
    given = {"day": day, "team": team, "officer": officer, "why": why[:LONGEST]}
    names = await officer_names(work)
    lines = await visits_with(work, draw_no, on, officer) if officer else ()
    found: Sequence[Shown] = ()
    problem = None
    if lines and why:
        try:
            found = await preview_change(work, draw_no, _steps(lines, officer, why))
        except Problem as raised:
            if raised.kind not in ("invalid", "conflict"):
                raise
            problem = raised.as_dict(language(request))
    return page(
        request,
        "desk/absence.html",
        here=await here(work),
        draw_no=draw_no,
        day=on,
        given=given,
        members=tuple((c, names.get(c, c)) for c in team.split()[:20]),
        names=names,
        lines=lines,
        found=found,
        problem=problem,
    )


@post(PAGE, action="draw.change", status_code=303)
async def propose(work: InWork, draw_no: FromPath[int], data: Form) -> Redirect:
    """Proposes the substitution of every visit of that officer on that day."""
    officer, why = data.get("officer", ""), data.get("why", "").strip()
    on: date = day_of(data, "day", "检查日")
    await propose_change(work, draw_no, _steps(await visits_with(work, draw_no, on, officer), officer, why))
    return Redirect(f"/desk/draws/{draw_no}/changes", status_code=303)


def _steps(lines: Sequence[VisitLine], officer: str, why: str) -> tuple[Step, ...]:
    return tuple(Step("substitute", one.slot, why, officer, absent=True) for one in lines)


routes = [ask, propose]
