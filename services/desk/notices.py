"""Notices at the desk: what waits, what is public, publish and withdraw."""

from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from services.ruling.calendars import calendar_for
from services.usecases.publish_notice import (
    publish_draw,
    publish_plan,
    publish_results,
    waiting_results,
    withdraw_notice,
)
from services.views.desk import here, periods_of
from services.views.draws import draw_face
from services.views.notices import notice_rows
from services.views.publicity import publicity_of
from services.views.visits import visit_rows
from services.web.depends import InWork
from services.web.errors import BadRequest
from services.web.pages import page
from tenants.stores import draws, notices, plans

AnyRequest = Request[Any, Any, Any]
Form = URLEncodedBody[dict[str, str]]


@get("/desk/notices", action="notice.make", read_only=True)
async def listing(request: AnyRequest, work: InWork, period: FromQuery[str] = "") -> Template:
    """Results waiting with their clocks; draws and plan not announced yet; notices made."""
    shown, known = await periods_of(work, period)
    where, bureau = await here(work), work.scope.bureau
    made = await notices.listing(work.db, work.scope, bureau, limit=200)
    told = {n.body.get("draw_no") for n in made if n.kind == "draw" and not n.withdrawn_at}
    planned = {n.body.get("year") for n in made if n.kind == "plan" and not n.withdrawn_at}
    found = await draws.of_period(work.db, work.scope, bureau, str(shown))
    drawn = [d for d in found if d.state in ("drawn", "opened") and d.draw_no not in told]
    plan = await plans.latest(work.db, work.scope, bureau, shown.year, approved_only=True)
    waiting = await waiting_results(work, str(shown))
    rows = visit_rows([w.visit for w in waiting], work.today, await calendar_for(work))
    return page(
        request,
        "desk/notices.html",
        here=where,
        waiting=tuple(zip(waiting, rows, strict=True)),
        draws=tuple(draw_face(d) for d in drawn),
        plan=plan if plan and plan.year not in planned else None,
        made=notice_rows(made, where.names),
        account=await publicity_of(work, shown.year),
        period=shown,
        periods=known,
    )


@post("/desk/notices", action="notice.publish", status_code=303)
async def publish(work: InWork, data: Form) -> Redirect:
    """Publishes results of a quarter, a draw, or a plan."""
    what, value = data.get("what", ""), data.get("value", "")
    if what == "results":
        await publish_results(work, value, _ids(data.get("only", "")))
    elif what in ("draw", "plan") and value.isascii() and value.isdigit() and len(value) < 10:
        await (publish_draw if what == "draw" else publish_plan)(work, int(value))
    else:
        raise BadRequest(f"{what} {value}"[:40], wanted="results / draw / plan")
    return Redirect("/desk/notices", status_code=303)


@post("/desk/notices/{notice:uuid}/withdraw", action="notice.withdraw", status_code=303)
async def withdraw(work: InWork, notice: FromPath[UUID], data: Form) -> Redirect:
    """Withdraws a notice; its place, date and reason stay public."""
    await withdraw_notice(work, notice, data.get("why", ""))
    return Redirect("/desk/notices", status_code=303)


def _ids(text: str) -> list[UUID] | None:
    """The records that were previewed; None when the form names none: all that wait."""
    try:
        return [UUID(one) for one in text.split()] or None
    except ValueError:
        raise BadRequest(text[:40], wanted="only: ids of records") from None


routes = [listing, publish, withdraw]
