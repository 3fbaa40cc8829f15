"""What is asked before any handler runs: the action, and where the request came from."""

import secrets
from typing import Any
from urllib.parse import urlsplit

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from policies import access
from services.web.errors import BureauNeeded, CsrfRefused
from services.web.state import absence_of, principal_of, session_of, web_of

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
CSRF_HEADER = "x-csrf-token"
CSRF_FIELD = "csrf_token"

Connection = ASGIConnection[Any, Any, Any, Any]


async def check_action(connection: Connection, handler: BaseRouteHandler) -> None:
    """Asks the matrix for the action the route declares. What depends on the record, the use case asks.

    The bureau is the path parameter `bureau` if the route has one, else the session's.

    Raises:
        LoginNeeded, SessionEnded, IdentityUnavailable: nobody is signed in, and why.
        BureauNeeded, Stranger, StepUpNeeded, Forbidden: as the matrix says.
    """
    if connection.scope.get("method") == "OPTIONS":
        return
    principal = principal_of(connection)
    bureau = str(connection.path_params.get("bureau") or principal.bureau)
    now = web_of(connection).app.clock.now()
    decision = access.allowed(principal, handler.opt["action"], bureau=bureau, assigned=True, now=now)
    if decision.reason == "step_up" and connection.scope.get("method") not in SAFE:
        return  # the role suffices; the second factor for this very act is asked for by `check_intent`
    if not decision.allowed:
        if not principal.subject:
            raise absence_of(connection)
        if not principal.bureau:
            raise BureauNeeded
        access.require(principal, handler.opt["action"], bureau=bureau, assigned=True, now=now)


async def check_source(connection: Connection, handler: BaseRouteHandler) -> None:
    """Refuses a forged request: foreign origin, or a session's cookie without the session's token.

    Raises:
        CsrfRefused: one of the two.
    """
    if connection.scope.get("method") in SAFE or not isinstance(connection, Request):
        return
    origin = connection.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != connection.headers.get("host"):
        raise CsrfRefused
    session = session_of(connection)
    if session is None or handler.opt.get("csrf") is False:
        return
    if not secrets.compare_digest((await _token(connection)).encode(), session.csrf.encode()):
        raise CsrfRefused


async def _token(request: Request[Any, Any, Any]) -> str:
    sent = request.headers.get(CSRF_HEADER)
    if sent is None and request.content_type[0] in (
        "application/x-www-form-urlencoded",
        "multipart/form-data",
    ):
        sent = (await request.form()).get(CSRF_FIELD)
    return sent if isinstance(sent, str) else ""
