"""The confirmation of an act after its second factor: what will be done, its fingerprint, one button."""

from typing import Any
from urllib.parse import quote, urlencode

from litestar import Request, Response, get
from litestar.params import FromPath
from litestar.response import Template

from policies.access import LABELS
from policies.access_intents import shown_fields
from services.web.intent_guard import cookie_name, intents_of, own_intent, proven
from services.web.intent_replay import INTENT_FIELD
from services.web.intents import SECONDS
from services.web.pages import page
from services.web.state import session_of, web_of

CONFIRM = "/confirm"
LONGEST = 400  # characters of a field that are shown; the fingerprint covers all of it

AnyRequest = Request[Any, Any, Any]


@get("/confirm/{number:str}", action="session.use")
async def confirm(request: AnyRequest, number: FromPath[str]) -> Template:
    """What is waiting to be confirmed; the button works once the second factor was given for it.

    Raises:
        IntentForeign, IntentStale, IntentUsed: there is nothing to confirm here.
    """
    found = await own_intent(request, number)
    intents = intents_of(request)
    if await intents.was_used(number):
        await intents.use(number)
    left = found.made + SECONDS - intents.now()
    return page(
        request,
        "confirm.html",
        intent=found,
        label=LABELS[found.action]["zh"],
        action=quote(found.path),
        field=INTENT_FIELD,
        number=number,
        fields=[(name, text[:LONGEST], len(text) > LONGEST) for name, text in shown_fields(found.content)],
        minutes=max(1, -(-left // 60)),
        proven=proven(request, found) and not await _spent(request),
        again=f"/login?{urlencode({'next': confirm_path(number), 'level': 2})}",
    )


async def _spent(request: AnyRequest) -> bool:
    session = session_of(request)
    return session is not None and await intents_of(request).is_spent(session.bureau, session.sid)


def confirm_path(number: str) -> str:
    """Where an intent is confirmed."""
    return f"{CONFIRM}/{quote(number)}"


def tie_browser(request: AnyRequest, answer: Response[Any], browser: str) -> None:
    """Puts the cookie on the answer that ties intents to this browser; "" leaves it alone."""
    if browser:
        secure = web_of(request).identity.config.secure
        answer.set_cookie(
            cookie_name(request), browser, max_age=2 * SECONDS, httponly=True, samesite="lax", secure=secure
        )


routes = [confirm]
