"""A page asked for with the number of a kept form is served with that form filled in."""

from typing import Any
from urllib.parse import parse_qs

from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from redis.exceptions import RedisError

from services.identity.sessions import Session
from services.web.form_kept import TYPED, KeptForm, take
from services.web.form_refill import refilled
from services.web.form_token import owner_of
from services.web.outage import store_down
from services.web.state import SLOT

NOTE = "typed_note.html"


class FormBack(ASGIMiddleware):
    """After who asks is known: the form is given back to its own person in its own bureau only."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Every other request passes untouched."""
        kept = await _kept(scope)
        if kept is None:
            await next_app(scope, receive, send)
            return
        held: list[Any] = []

        async def hold(message: Message) -> None:
            held.append(message)
            if message["type"] == "http.response.body" and not message.get("more_body"):
                for one in _filled(scope, kept, held):
                    await send(one)

        await next_app(scope, receive, hold)


async def _kept(scope: Scope) -> KeptForm | None:
    asked = scope.get("query_string", b"")
    if scope.get("method") != "GET" or f"{TYPED}=".encode() not in asked:
        return None
    session, user = scope.get("auth"), scope.get("user")
    number = parse_qs(asked.decode("latin-1")).get(TYPED, [""])[0]
    if not isinstance(session, Session) or user is None:
        return None
    redis = scope["litestar_app"].state[SLOT].app.redis
    try:
        return await take(redis, number, owner_of(session.subject, session.bureau))
    except RedisError as error:  # the page is served as it stands
        store_down(error)
        return None


def _filled(scope: Scope, kept: KeptForm, held: list[Any]) -> list[Any]:
    """The answer with the form filled in, in one piece; anything but a good page as it was."""
    start = held[0]
    heads = {name.lower(): value for name, value in start["headers"]}
    if int(start["status"]) != 200 or not heads.get(b"content-type", b"").startswith(b"text/html"):
        return held
    html = b"".join(one.get("body", b"") for one in held[1:]).decode()
    templates = scope["litestar_app"].template_engine
    note = templates.get_template(NOTE).render() if templates is not None else ""
    body = refilled(html, str(scope["path"]), kept.path, kept.fields, note).encode()
    rest = [one for one in start["headers"] if one[0].lower() != b"content-length"]
    start = start | {"headers": [*rest, (b"content-length", str(len(body)).encode())]}
    return [start, {"type": "http.response.body", "body": body, "more_body": False}]
