"""The same form of the same page is carried out once: double clicks and the back button change nothing.

Acts that need a second factor are left to their intent, which serves once by itself; programs have their
Idempotency-Key. A form that was refused may be sent again as it is.
"""

import asyncio
import hashlib
import json
from typing import Any

from litestar import Request
from litestar.types import Message, Scope

from policies.access import STEP_UP
from services.web.form_errors import FormSent
from services.web.form_token import token_of
from services.web.guards import CSRF_FIELD
from services.web.intent_guard import content_of
from services.web.keys import DEPLOYMENT, tenant_key
from services.web.state import SLOT, principal_of, session_of

SECONDS = 60 * 60  # as long as a page may lie open before its form is sent again
WAIT_SECONDS = 10.0  # for the first of two clicks to be answered
OFFICE = ("/desk", "/city", "/field")
_STEP = 0.1
_CLAIMED = "shuangsui.form_claimed"  # in the request's state: what this request claimed
_REFUSED = "shuangsui.form_refused"  # in the request's state: it was sent elsewhere without being done

AnyRequest = Request[Any, Any, Any]


async def check_once(request: AnyRequest, action: str) -> None:
    """Lets the first sending of a form through.

    Raises:
        FormSent: it was carried out before, or still is.
    """
    if session_of(request) is None or action in STEP_UP or not request.url.path.startswith(OFFICE):
        return
    claim = await _claim(request)
    if claim is None:
        return
    redis = request.app.state[SLOT].app.redis
    waited = 0.0
    while not await redis.set(_name(claim), "", nx=True, ex=SECONDS):
        there = _text(await redis.get(_name(claim)))
        if there or waited >= WAIT_SECONDS:
            sent = FormSent()
            sent.there = there if there.startswith("/") else ""
            raise sent
        await asyncio.sleep(_STEP)
        waited += _STEP
    request.scope["state"][_CLAIMED] = claim


async def settle_once(message: Message, scope: Scope) -> None:
    """The hook that keeps where a form led, or frees it when it was refused."""
    if message["type"] != "http.response.start":
        return
    claim = scope["state"].pop(_CLAIMED, None)
    if claim is None:
        return
    redis = scope["litestar_app"].state[SLOT].app.redis
    if int(message["status"]) >= 400 or scope["state"].get(_REFUSED):
        await redis.delete(_name(claim))
        return
    heads = {name.lower(): value for name, value in message["headers"]}
    there = heads.get(b"location", heads.get(b"hx-redirect", b"-")).decode("latin-1")
    await redis.set(_name(claim), there or "-", ex=SECONDS)


def refuse_once(request: AnyRequest) -> None:
    """Says that the form was not carried out, wherever the answer sends the person instead."""
    request.scope["state"][_REFUSED] = True


async def _claim(request: AnyRequest) -> tuple[str, str] | None:
    """(bureau, digest) of this form: its page, where it goes, what it says; None for one without a page."""
    form = await request.form()
    sent = form.get(CSRF_FIELD)
    page = token_of(sent).page if isinstance(sent, str) else ""
    if not page:
        return None
    principal = principal_of(request)
    said = [principal.subject, page, request.scope["path"], request.url.query, await content_of(request)]
    digest = hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()
    return principal.bureau or DEPLOYMENT, digest


def _name(claim: tuple[str, str]) -> str:
    return tenant_key(claim[0], "form-sent", claim[1])


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value or "")
