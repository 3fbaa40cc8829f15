"""The one place where an act that needs a second factor meets the intent it was given for.

Asked after the matrix and the forged-request check, for every unsafe route whose row says `step_up`: no route
declares it, none can forget it. The handler runs only after the intent was used up.
"""

import hashlib
import secrets
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

from litestar import Request
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.handlers import BaseRouteHandler

from policies import access
from policies.access_intents import UploadedFile, form_content, json_content, payload_digest
from policies.errors import Problem
from policies.terms import Principal
from services.usecases.refuse_intent import refuse_intent
from services.web.errors import BadRequest
from services.web.guards import SAFE, Connection
from services.web.intent_errors import (
    IntentEdited,
    IntentForeign,
    IntentNeeded,
    IntentUnproven,
    PayloadTooLarge,
)
from services.web.intent_replay import BODY, INTENT_HEADER, NUMBER
from services.web.intents import MOST, Intent, Intents, bureau_of
from services.web.state import principal_of, session_of, web_of

PROGRAM = "bearer"
COOKIE = "intent"
SKEW_SECONDS = 30  # the identity service's clock may run behind ours by so much
_FORMS = (RequestEncodingType.MULTI_PART, RequestEncodingType.URL_ENCODED)

AnyRequest = Request[Any, Any, Any]


async def check_intent(connection: Connection, handler: BaseRouteHandler) -> None:
    """Lets an act through that was confirmed with a second factor of its own; else keeps it and asks for one.

    Raises:
        IntentNeeded: none was named; a browser's form is kept meanwhile.
        IntentStale, IntentUsed, IntentForeign, IntentEdited, IntentUnproven: the one named does not fit;
            journalled. PayloadTooLarge: a browser's form cannot be kept.
    """
    action = str(handler.opt["action"])
    if connection.scope.get("method") in SAFE or not isinstance(connection, Request):
        return
    principal = principal_of(connection)
    principal.extra["intent"] = ""  # the use case asks again: an act of another row was not confirmed
    if action not in access.STEP_UP:
        return
    number = str(connection.scope["state"].get(NUMBER) or connection.headers.get(INTENT_HEADER, ""))
    if not number:
        raise await _asked(connection, action)
    try:
        await _fitting(connection, principal, action, number)
    except Problem as problem:
        await refuse_intent(web_of(connection).app, principal, action, connection.url.path, problem)
        raise
    principal.extra["intent"] = action


async def _asked(request: AnyRequest, action: str) -> Problem:
    """The refusal of an act without an intent; for a browser the intent is made here."""
    label = access.LABELS[action]
    needed = IntentNeeded(action=label, action_id=action, seconds=access.FRESH_SECONDS)
    if session_of(request) is None or request.url.path.startswith("/api/"):
        return needed
    body = request.scope["state"].get(BODY)
    if body is None:
        return PayloadTooLarge(limit=MOST // 1024 // 1024)
    content = await content_of(request)
    needed.browser = cookie_of(request) or secrets.token_urlsafe(24)
    where = request.scope["path"]
    kept = made(request, action, request.method, where, request.url.query, content, needed.browser)
    needed.intent = await intents_of(request).make(with_body(kept, request, body))
    return needed


def made(
    request: AnyRequest,
    action: str,
    method: str,
    path: str,
    query: str,
    content: dict[str, Any],
    browser: str,
) -> Intent:
    """An intent of the person who asks, as of now.

    Args:
        browser: value of the browser's intent cookie; "" for a program.
    """
    principal = principal_of(request)
    return Intent(
        subject=principal.subject,
        bureau=principal.bureau,
        channel=channel(browser),
        action=action,
        method=method,
        path=path,
        query=query,
        digest=payload_digest(action, method, path, _pairs(query), content),
        made=intents_of(request).now(),
        content=content,
    )


def with_body(intent: Intent, request: AnyRequest, body: bytes) -> Intent:
    """The same intent with the request's body, to be served when it is confirmed."""
    return replace(intent, kind=request.headers.get("content-type", ""), body=body)


def channel(browser: str) -> str:
    """Where an intent may be used: in the browser it was made in, or by a program's token."""
    return hashlib.sha256(browser.encode()).hexdigest() if browser else PROGRAM


def intents_of(connection: Connection) -> Intents:
    """The intents of this deployment."""
    app = web_of(connection).app
    return Intents(app.redis, app.wall)


async def own_intent(connection: Connection, number: str) -> Intent:
    """The intent of a number, when it was made by this person, for this bureau, in this browser.

    Raises:
        IntentForeign, IntentStale, IntentUsed: it is not, or it is over.
    """
    principal, intents = principal_of(connection), intents_of(connection)
    if not bureau_of(number):
        raise intents.stale()
    if bureau_of(number) != principal.bureau:
        raise IntentForeign
    found = await intents.find(number)
    if found is None:
        if await intents.was_used(number):
            await intents.use(number)
        raise intents.stale()
    browser = cookie_of(connection) if session_of(connection) is not None else ""
    if found.subject != principal.subject or not secrets.compare_digest(found.channel, channel(browser)):
        raise IntentForeign
    return found


def proven(connection: Connection, intent: Intent) -> bool:
    """True when the second factor was given after the intent was made.

    A browser's login is a new session every time; a program's token says when it was given, in whole seconds:
    only a later second is surely later.
    """
    principal, session, web = principal_of(connection), session_of(connection), web_of(connection)
    if principal.acr < 2 or not access.fresh(principal, web.app.clock.now()):
        return False
    if session is not None:
        return session.created >= intent.made and session.auth_time >= intent.made - SKEW_SECONDS
    wall = int(web.app.wall.now().timestamp())
    return wall - (int(web.app.clock.now().timestamp()) - principal.auth_time) > intent.made


async def content_of(request: AnyRequest) -> dict[str, Any]:
    """The canonical content of a request: its form with the files' hashes, or its JSON.

    Raises:
        BadRequest: neither of the two.
    """
    kind = request.content_type[0]
    if kind in _FORMS:
        fields = [(name, await _field(value)) for name, value in (await request.form()).multi_items()]
        return form_content(fields)
    try:
        return json_content(await request.json())
    except Exception:
        raise BadRequest(kind[:40], wanted="application/json") from None


async def _field(value: Any) -> str | UploadedFile:
    if not isinstance(value, UploadFile):
        return str(value)
    body = await value.read()
    await value.seek(0)
    return UploadedFile(value.filename, len(body), hashlib.sha256(body).hexdigest())


async def _fitting(request: AnyRequest, principal: Principal, action: str, number: str) -> None:
    """Every check of a named intent; the last ones use it up."""
    intents, found = intents_of(request), await own_intent(request, number)
    query, content = _pairs(request.url.query), await content_of(request)
    digest = payload_digest(action, request.method, request.scope["path"], query, content)
    retry = request.headers.get("idempotency-key", "")
    if not secrets.compare_digest(digest, found.digest):
        await intents.use(number)  # whoever changed it does not get a second try
        raise IntentEdited(digest[:12], wanted=found.digest[:12])
    if not retry and await intents.was_used(number):
        await intents.use(number)
    label = access.LABELS[action]
    unproven = IntentUnproven(action=label, action_id=action, seconds=access.FRESH_SECONDS)
    unproven.intent = number
    if not proven(request, found):
        raise unproven
    session = session_of(request)
    again = bool(retry) and await intents.was_used(number)
    if session is not None and not again and not await intents.spend(principal.bureau, session.sid):
        raise unproven
    await intents.use(number, hashlib.sha256(retry.encode()).hexdigest() if retry else "")


def cookie_of(connection: Connection) -> str:
    """Value of the cookie that ties intents to this browser; "" when it has none."""
    return connection.cookies.get(cookie_name(connection), "")


def cookie_name(connection: Connection) -> str:
    """Name of the cookie that ties intents to a browser."""
    return web_of(connection).identity.config.cookie(COOKIE)


def _pairs(query: str) -> list[tuple[str, str]]:
    return parse_qsl(query, keep_blank_values=True)
