"""The confirmed form: a browser sends back an intent's number only, and the kept body takes its place.

Before any guard: who asks, the forged-request check, the matrix and the intent's own checks all see the
request as if it had been sent whole. Nothing that the browser sends now can change what was confirmed.
"""

from typing import Any
from urllib.parse import parse_qsl

from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from policies.access import STEP_UP
from services.web.guards import CSRF_FIELD, CSRF_HEADER, SAFE
from services.web.intents import MOST, Intent, Intents
from services.web.state import SLOT

INTENT_FIELD = "intent"
INTENT_HEADER = "x-intent"
BODY = "shuangsui.intent_body"  # in the request's state: the raw body, None when it is too large to be kept
NUMBER = "shuangsui.intent"  # in the request's state: the number a confirmed form brought
_FORM = b"application/x-www-form-urlencoded"
_SMALL = 4096


class Replays(ASGIMiddleware):
    """Reads the body of an act that needs a second factor; swaps in the kept one where it was confirmed."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Every other request passes untouched."""
        handler = scope.get("route_handler")
        action = handler.opt.get("action") if handler is not None else None
        if scope.get("method", "GET") in SAFE or action not in STEP_UP:
            await next_app(scope, receive, send)
            return
        body, receive = await _read(receive)
        number, token = _confirmed(scope, body)
        if number:
            scope["state"][NUMBER] = number
            web = scope["litestar_app"].state[SLOT]
            kept = await Intents(web.app.redis, web.app.wall).find(number)
            if kept is not None and kept.path == scope["path"]:
                body, receive = kept.body, _fed(kept.body, receive)
                _as_sent(scope, kept, token)
        scope["state"][BODY] = body
        await next_app(scope, receive, send)


async def _read(receive: Receive) -> tuple[bytes | None, Receive]:
    """The body if it may be kept, and what gives it to the next reader; a larger one streams on unread."""
    seen: list[Any] = []
    size, more = 0, True
    while more and size <= MOST:
        message: Any = await receive()
        seen.append(message)
        if message["type"] != "http.request":
            break
        size, more = size + len(message["body"]), bool(message.get("more_body"))
    whole = b"".join(m["body"] for m in seen if m["type"] == "http.request")
    if not more and size <= MOST:
        return whole, _fed(whole, receive)
    return None, _again(seen, receive)


def _fed(body: bytes, rest: Receive) -> Receive:
    return _again([{"type": "http.request", "body": body, "more_body": False}], rest)


def _again(seen: list[Any], rest: Receive) -> Receive:
    waiting = list(seen)

    async def receive() -> Any:
        return waiting.pop(0) if waiting else await rest()

    return receive


def _confirmed(scope: Scope, body: bytes | None) -> tuple[str, str]:
    """(number, token) of a form that holds nothing else."""
    kind = _header(scope, b"content-type").partition(b";")[0].strip()
    if body is None or len(body) > _SMALL or kind != _FORM:
        return "", ""
    fields = dict(parse_qsl(body.decode("utf-8", "replace")))
    if INTENT_FIELD not in fields or not set(fields) <= {INTENT_FIELD, CSRF_FIELD}:
        return "", ""
    return fields[INTENT_FIELD], fields.get(CSRF_FIELD, "")


def _as_sent(scope: Scope, kept: Intent, token: str) -> None:
    """The headers and the question of the first sending, and the present session's token."""
    changed = {
        b"content-type": kept.kind.encode("latin-1"),
        b"content-length": str(len(kept.body)).encode(),
        CSRF_HEADER.encode(): token.encode("latin-1", "replace"),
    }
    rest = [(name, value) for name, value in scope["headers"] if name.lower() not in changed]
    scope["headers"] = [*rest, *((name, value) for name, value in changed.items() if value)]
    scope["query_string"] = kept.query.encode("latin-1")


def _header(scope: Scope, wanted: bytes) -> bytes:
    return next((value for name, value in scope["headers"] if name.lower() == wanted), b"")
