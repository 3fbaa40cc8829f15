"""A drawn list handed out by team and day: the board, the days, the release."""

from typing import Any

from litestar import Request, get, post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from services.desk.forms import day_of
from services.usecases.dispatch_tasks import dispatch_tasks
from services.usecases.plan_days import plan_days
from services.usecases.release_team import release_team
from services.views.desk import here
from services.views.release_board import release_board
from services.web.depends import InWork
from services.web.pages import page

AnyRequest = Request[Any, Any, Any]
Form = URLEncodedBody[dict[str, str]]


@get("/desk/draws/{draw_no:int}/dispatch", action="task.dispatch", read_only=True)
async def board(request: AnyRequest, work: InWork, draw_no: FromPath[int]) -> Template:
    """Days and teams with what is sealed and what is out; no site is opened."""
    found = await release_board(work, draw_no)
    return page(request, "desk/dispatch.html", here=await here(work), board=found, today=work.today)


@post("/desk/draws/{draw_no:int}/plan-days", action="task.dispatch", status_code=303)
async def plan(work: InWork, draw_no: FromPath[int]) -> Redirect:
    """Sets the day of every visit that is still sealed."""
    await plan_days(work, draw_no)
    return _to(draw_no)


@post("/desk/draws/{draw_no:int}/dispatch", action="task.dispatch", status_code=303)
async def every(work: InWork, draw_no: FromPath[int]) -> Redirect:
    """Hands every visit to its team at once, day by day."""
    await dispatch_tasks(work, draw_no)
    return _to(draw_no)


@post("/desk/draws/{draw_no:int}/release", action="task.dispatch", status_code=303)
async def release(work: InWork, draw_no: FromPath[int], data: Form) -> Redirect:
    """Hands one team its visits of one day; without a team, every team of that day."""
    day = day_of(data, "day", "检查日")
    await release_team(work, draw_no, day, data.get("team", "").split())
    return _to(draw_no)


def _to(draw_no: int) -> Redirect:
    return Redirect(f"/desk/draws/{draw_no}/dispatch", status_code=303)


routes = [board, plan, every, release]
