"""Invitations of witnesses and the minutes of a draw, at the desk."""

from typing import Any

from litestar import Request, get, post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from services.usecases.confirm_minutes import confirm_minutes, cut_minutes, minutes_for, minutes_seen
from services.usecases.invite_witness import (
    invitation_state,
    invitations_of,
    invite_witness,
    withdraw_invitation,
)
from services.views.desk import here
from services.web.depends import InApp, InWork
from services.web.pages import page
from tenants.stores import draws

AnyRequest = Request[Any, Any, Any]
Form = URLEncodedBody[dict[str, str]]


@get("/desk/draws/{draw_no:int}/invitations", action="witness.withdraw")
async def listing(request: AnyRequest, work: InWork, draw_no: FromPath[int]) -> Template:
    """Who was invited to witness a draw, and the form of a further invitation."""
    return await _listing(request, work, draw_no, None)


@post("/desk/draws/{draw_no:int}/invitations", action="witness.invite", status_code=200)
async def invite(
    request: AnyRequest, work: InWork, app: InApp, draw_no: FromPath[int], data: Form
) -> Template:
    """Makes an invitation; link and digits are shown this once."""
    made = await invite_witness(work, draw_no, data.get("name", ""))
    return await _listing(request, work, draw_no, (made, f"{app.settings.public_url}{made.link}"))


@post("/desk/draws/{draw_no:int}/invitations/{n:int}/withdraw", action="witness.withdraw", status_code=303)
async def withdraw(work: InWork, draw_no: FromPath[int], n: FromPath[int]) -> Redirect:
    """Ends an invitation at once."""
    await withdraw_invitation(work, draw_no, n)
    return Redirect(f"/desk/draws/{draw_no}/invitations", status_code=303)


@get("/desk/minutes/{bureau:str}/{draw_no:int}", action="draw.read")
async def show(request: AnyRequest, work: InWork, bureau: FromPath[str], draw_no: FromPath[int]) -> Template:
    """The minutes as they stand, and who stands by them."""
    return page(
        request,
        "desk/minutes.html",
        here=await here(work, bureau),
        bureau=bureau,
        draw_no=draw_no,
        minutes=cut_minutes(await minutes_for(work, draw_no, bureau), minutes_seen(work, bureau)),
    )


@post("/desk/minutes/{bureau:str}/{draw_no:int}", action="minutes.confirm", enter=True, status_code=303)
async def confirm(work: InWork, bureau: FromPath[str], draw_no: FromPath[int], data: Form) -> Redirect:
    """Stands by the minutes that were read; the form names their fingerprint."""
    await confirm_minutes(work, draw_no, data.get("h", ""))
    return Redirect(f"/desk/minutes/{bureau}/{draw_no}", status_code=303)


async def _listing(request: AnyRequest, work: Any, draw_no: int, made: Any) -> Template:
    draw = await draws.get(work.db, work.scope, work.scope.bureau, draw_no)
    rows = [(row, invitation_state(row, work.now)) for row in await invitations_of(work, draw_no)]
    context = {"draw": draw, "rows": rows, "made": made, "here": await here(work)}
    return page(request, "desk/invitations.html", **context)


routes = [listing, invite, withdraw, show, confirm]
