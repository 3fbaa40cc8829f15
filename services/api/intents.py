"""Before a step-up: a program names the act and its whole content, then gives the second factor for it."""

from datetime import UTC, datetime
from secrets import token_urlsafe
from typing import Annotated, Any, Literal
from urllib.parse import unquote, urlsplit

from litestar import Request, Response
from litestar.params import JSONBody
from msgspec import Meta

from policies import access
from policies.access_errors import Stranger
from policies.access_intents import UploadedFile, form_content, json_content
from services.api.contract import acts
from services.api.types import Body, Bureau, Hash, Out
from services.web.census import action_at
from services.web.errors import BadRequest
from services.web.guards import path_to
from services.web.intent_guard import cookie_of, intents_of, made
from services.web.intent_pages import tie_browser
from services.web.intents import SECONDS
from services.web.state import principal_of, session_of

AnyRequest = Request[Any, Any, Any]


class SentFile(Body):
    """A file that will be sent: its name, its size in bytes, the SHA-256 of its content."""

    file: Annotated[str, Meta(max_length=200, examples=["抽取结果.xlsx"])]
    size: Annotated[int, Meta(ge=0)]
    sha256: Hash


class StepOrder(Body):
    """The act to come: its address, and exactly what will be sent.

    `path`: of an act that needs a second factor, with its question mark's part if it has one.
    `body`: the JSON that will be sent, or null. `form`: the fields of a form instead, each with its text or
    its file, for the routes that take files.
    """

    path: Annotated[str, Meta(max_length=500, examples=["/api/v1/bureaus/411721/draws/1/opening"])]
    body: Any = None
    form: Annotated[list[tuple[str, str | SentFile]], Meta(max_length=50)] | None = None


class StepOut(Out):
    """`intent`: to be sent as X-Intent with the act, once, before `expires_at`.

    `digest`: SHA-256 of the canonical act, to be shown to the person who steps up.
    """

    intent: str
    action: str
    method: Literal["POST"]
    path: str
    digest: Hash
    expires_at: datetime


@acts("/bureaus/{bureau:str}/intents", action="session.use", status_code=201)
async def make_intent(request: AnyRequest, bureau: Bureau, data: JSONBody[StepOrder]) -> Response[StepOut]:
    """Name the act a second factor will be given for; nothing is done, and of the body its hash alone counts.

    Then sign in again with level 2 and send the act with `X-Intent`: a token of before does not do, and
    neither does another body, another person, another bureau or a second time. `bureau` is the one acted for,
    also where the act's own path names a bureau below.
    """
    action, where, query = await _act(request, data.path)
    content = json_content(data.body) if data.form is None else form_content(_fields(data))
    browser = "" if session_of(request) is None else cookie_of(request) or token_urlsafe(24)
    kept = made(request, action, "POST", where, query, content, browser)
    intents = intents_of(request)
    out = StepOut(
        intent=await intents.make(kept),
        action=action,
        method="POST",
        path=data.path,
        digest=kept.digest,
        expires_at=datetime.fromtimestamp(kept.made + SECONDS, UTC),
    )
    answer = Response(out, status_code=201)
    tie_browser(request, answer, browser)
    return answer


def _fields(data: StepOrder) -> list[tuple[str, str | UploadedFile]]:
    return [
        (name, UploadedFile(value.file, value.size, value.sha256) if isinstance(value, SentFile) else value)
        for name, value in data.form or ()
    ]


async def _act(request: AnyRequest, path: str) -> tuple[str, str, str]:
    """(action, path, query) of what is to be done, when the person may do it: by the register, as the act
    itself is asked. What is kept names the path, so that it serves no other one.

    Raises:
        BadRequest: no act that needs a second factor is there. Stranger, Forbidden: the person may not.
    """
    parts = urlsplit(path)
    where = unquote(parts.path)
    found = action_at(request.app, "POST", where)
    principal = principal_of(request)
    if request.path_params.get("bureau") != principal.bureau:
        raise Stranger(request.path_params.get("bureau", ""))
    if parts.scheme or parts.netloc or found is None or found[0] not in access.STEP_UP:
        raise BadRequest(path[:80], wanted="/api/v1/bureaus/411721/draws/1/freeze …")
    action, places = found
    whose = places.get("bureau") or principal.bureau
    asked: Any = {"bureau": whose, "assigned": True, "path": await path_to(request, principal, whose)}
    decision = access.allowed(principal, action, **asked)
    if not decision.allowed and decision.reason != "step_up":
        access.require(principal, action, **asked)
    return action, where, parts.query


routes = [make_intent]
