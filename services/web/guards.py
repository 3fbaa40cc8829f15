"""What is asked before any handler runs: the action, and where the request came from."""

import secrets
from typing import Any
from urllib.parse import urlencode, urlsplit

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler

from policies import access
from policies.access_glass import GlassOver, looking
from policies.errors import Problem
from policies.terms import Principal
from services.looking import name_read
from services.web.errors import BureauNeeded, CsrfRefused
from services.web.form_token import token_of
from services.web.state import absence_of, principal_of, session_of, web_of

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
CSRF_HEADER = "x-csrf-token"
CSRF_FIELD = "csrf_token"

Connection = ASGIConnection[Any, Any, Any, Any]


async def check_action(connection: Connection, handler: BaseRouteHandler) -> None:
    """Asks the matrix for the action the route declares. What depends on the record, the use case asks.

    The bureau is the path parameter `bureau` if the route has one, else the session's; who stands above whom
    is asked of the register.

    Raises:
        LoginNeeded, SessionEnded, IdentityUnavailable: nobody is signed in, and why.
        BureauNeeded, Stranger, StepUpNeeded, Forbidden: as the matrix says.
    """
    if connection.scope.get("method") == "OPTIONS":
        return
    principal = principal_of(connection)
    if looking(principal):
        name_read(principal, str(handler.opt["action"]), address_of(connection))
    bureau = str(connection.path_params.get("bureau") or principal.bureau)
    now = web_of(connection).app.clock.now()
    asked: Any = {"bureau": bureau, "assigned": True, "now": now}
    asked["path"] = await path_to(connection, principal, bureau)
    decision = access.allowed(principal, handler.opt["action"], **asked)
    if decision.reason == "step_up" and connection.scope.get("method") not in SAFE:
        return  # the role suffices; the second factor for this very act is asked for by `check_intent`
    if not decision.allowed:
        if not principal.subject:
            raise absence_of(connection)
        if not principal.bureau:
            raise gone(connection)
        access.require(principal, handler.opt["action"], **asked)


async def path_to(connection: Connection, principal: Principal, bureau: str) -> tuple[str, ...]:
    """How far the person's bureau and the one asked for stand in one line, by the register and not by codes.

    Who has no role that reaches below is not looked up: only the own bureau is within reach then.
    """
    if not principal.bureau:
        return ()
    if bureau == principal.bureau or not principal.roles & access.SUBTREE_ROLES:
        return (bureau,)
    scope = await web_of(connection).app.scope_of(principal)
    return (principal.bureau, bureau) if bureau in scope.visible else (bureau,)


def gone(connection: Connection) -> Problem:
    """Why a signed-in person acts for no bureau: a break-glass look has ended, or none was chosen."""
    session = session_of(connection)
    return GlassOver() if session is not None and session.glass else BureauNeeded()


def address_of(connection: Connection) -> str:
    """What was asked for: method, path and its question."""
    query = [(name, value) for name, value in connection.query_params.multi_items() if value]
    asked = f"{connection.scope.get('method', '')} {connection.url.path}"
    return asked + (f"?{urlencode(query)}" if query else "")


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
    sent = token_of(await _token(connection)).session
    if not secrets.compare_digest(sent.encode(), session.csrf.encode()):
        raise CsrfRefused


async def _token(request: Request[Any, Any, Any]) -> str:
    sent = request.headers.get(CSRF_HEADER)
    if sent is None and request.content_type[0] in (
        "application/x-www-form-urlencoded",
        "multipart/form-data",
    ):
        sent = (await request.form()).get(CSRF_FIELD)
    return sent if isinstance(sent, str) else ""
