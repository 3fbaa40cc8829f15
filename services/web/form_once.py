"""The same form of the same page is carried out once: double clicks and the back button change nothing.

Acts that need a second factor are left to their intent, which serves once by itself; programs have their
Idempotency-Key. A form that was refused may be sent again as it is.
"""

import asyncio
import hashlib
import json
import secrets
from typing import Any

from litestar import Request
from litestar.types import Message, Scope
from redis.exceptions import RedisError

from policies.access import STEP_UP
from services.web.form_errors import FormSent
from services.web.form_token import token_of
from services.web.guards import CSRF_FIELD
from services.web.intent_guard import content_of
from services.web.keys import DEPLOYMENT, tenant_key
from services.web.outage import store_down
from services.web.state import SLOT, principal_of, session_of

SECONDS = 60 * 60  # as long as a page may lie open before its form is sent again
WAIT_SECONDS = 10.0  # for the first of two clicks to be answered
OFFICE = ("/desk", "/city", "/field")
_STEP = 0.1
_UNDER_WAY = "?"  # begins what is kept while nobody knows yet where the form leads
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
    waited, mine = 0.0, _UNDER_WAY + secrets.token_hex(8)
    while not await redis.set(_name(claim), mine, nx=True, ex=SECONDS):
        there = _text(await redis.get(_name(claim)))
        if there == mine:  # the first try arrived, its answer was lost with the connection
            break
        if (there and not there.startswith(_UNDER_WAY)) or waited >= WAIT_SECONDS:
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
    refused = int(message["status"]) >= 400 or bool(scope["state"].get(_REFUSED))
    heads = {name.lower(): value for name, value in message["headers"]}
    there = heads.get(b"location", heads.get(b"hx-redirect", b"-")).decode("latin-1")
    try:
        await _settle(scope["litestar_app"].state[SLOT].app.redis, claim, "" if refused else there or "-")
    except RedisError as error:
        # What was carried out stands, and the person must read so. The claim stays as it is: the same page
        # sent again is refused as under way, never carried out a second time.
        store_down(error)


async def _settle(redis: Any, claim: tuple[str, str], there: str) -> None:
    if there:
        await redis.set(_name(claim), there, ex=SECONDS)
    else:
        await redis.delete(_name(claim))


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
