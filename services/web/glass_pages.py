"""Entering a bureau under an approved break-glass request, and leaving it again."""

from typing import Any
from uuid import UUID

from litestar import Request, post
from litestar.params import FromPath
from litestar.response import Redirect

from policies.access_glass import Glass, GlassOver
from policies.terms import Principal
from services.clock import today
from services.identity.directory import as_principal
from services.identity.identity import Identity
from services.identity.routes import session_cookie
from services.identity.sessions import Session
from services.usecases.end_glass import end_glass
from services.web.state import absence_of, session_of, web_of

OWN = "/desk/glass"
LOOK = "/desk"

AnyRequest = Request[Any, Any, Any]


@post("/glass/{glass:uuid}/enter", action="glass.ask", status_code=303)
async def enter(request: AnyRequest, glass: FromPath[UUID]) -> Redirect:
    """Looks at the bureau from here on, under a new session number; nothing has been read yet.

    Raises:
        GlassOver: no such request of this person is open.
    """
    identity, session = _signed_in(request)
    found = await _open(identity, session, glass)
    names = await identity.directory.names_of(session.subject, (found.bureau,))
    moved = await identity.sessions.switch(
        session, found.bureau, names.get(found.bureau, ""), glass=str(glass)
    )
    return Redirect(LOOK, cookies=[session_cookie(identity, moved)], status_code=303)


@post("/glass/end", action="session.use", status_code=303)
async def leave(request: AnyRequest) -> Redirect:
    """Ends the look under way and goes back to the bureau it was asked from.

    Raises:
        GlassOver: none is under way.
    """
    identity, session = _signed_in(request)
    if not session.glass:
        raise GlassOver
    found = await _open(identity, session, UUID(session.glass))
    back = await _asker(identity, session, found)
    async with web_of(request).app.work(back) as work:
        await end_glass(work, found.id)
    names = await identity.directory.names_of(session.subject, (back.bureau,))
    moved = await identity.sessions.switch(session, back.bureau, names.get(back.bureau, ""))
    return Redirect(OWN, cookies=[session_cookie(identity, moved)], status_code=303)


async def _open(identity: Identity, session: Session, number: UUID) -> Glass:
    found = await identity.requests.of_glass(session.subject, number, identity.clock.now())
    if found is None:
        raise GlassOver
    return found


async def _asker(identity: Identity, session: Session, found: Glass) -> Principal:
    """The person in the bureau the request was made from, with the roles held there."""
    held = await identity.directory.of_subject(session.subject, today(identity.clock))
    asker = as_principal(session.subject, found.asker_bureau, held, acr=1, auth_time=0)
    if asker is None:
        raise GlassOver
    return asker


def _signed_in(request: AnyRequest) -> tuple[Identity, Session]:
    session = session_of(request)
    if session is None:
        raise absence_of(request)
    return web_of(request).identity, session


routes = [enter, leave]
