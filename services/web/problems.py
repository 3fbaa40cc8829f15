"""Errors as answers: problem+json for programs, a page for people, never a trace for either."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from litestar import MediaType, Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.response import Redirect, Template
from litestar.types import ExceptionHandlersMap
from redis.exceptions import RedisError
from sqlalchemy.exc import IntegrityError

from policies.access_errors import StepUpNeeded, Stranger
from policies.access_glass import GlassOver
from policies.errors import Forbidden, Language, Missing, Problem
from policies.room import NoRoom, full
from services.identity.client import local_path
from services.identity.errors import SessionEnded, TokenRefused
from services.logs import fault, say
from services.web.errors import BadRequest, BureauNeeded, Collision, LoginNeeded, StoreDown, Unexpected
from services.web.form_errors import FormSent
from services.web.form_kept import TYPED, offer_form
from services.web.form_once import refuse_once
from services.web.guards import SAFE
from services.web.headers import request_id
from services.web.intent_errors import IntentNeeded, IntentUnproven
from services.web.intent_pages import confirm_path, tie_browser
from services.web.looks import look_of
from services.web.outage import store_down
from services.web.pages import STEPPED, csrf_field, language, named, place_of
from services.web.state import principal_of, session_of, web_of

AGAIN_SECONDS = 60  # a database that was lost is tried again far sooner; people are not told to hurry
STATUS = {
    "invalid": 422,
    "forbidden": 403,
    "missing": 404,
    "conflict": 409,
    "unavailable": 503,
    "failed": 500,
}
WORDS: dict[Language, dict[str, str]] = {
    "zh": {
        "expected": "应为",
        "got": "实际",
        "where": "位置",
        "basis": "依据",
        "number": "报错编号",
        "login": "重新登录",
        "home": "返回首页",
        "back": "返回上级页面",
        "typed": "回到表单，保留所填内容",
        "missing": "网址可能有误，或页面已撤回。",
    },
    "en": {
        "expected": "Expected",
        "got": "Got",
        "where": "Where",
        "basis": "Basis",
        "number": "Error number",
        "login": "Sign in again",
        "home": "Home",
        "back": "Back",
        "typed": "Back to the form, as filled in",
        "missing": "The address may be wrong, or the page was withdrawn.",
    },
}
_UNDER = re.compile(r"(/b/[0-9]{6}|/desk|/field|/city)/.")

AnyRequest = Request[Any, Any, Any]


def on_problem(request: AnyRequest, problem: Problem) -> Response[Any]:
    """An expected failure. People without a login, or without the second factor, are sent to get it."""
    refuse_once(request)
    if problem.kind in ("failed", "unavailable") and not isinstance(problem, StoreDown):  # that one is told
        say(
            "request.failed",
            bureau=_bureau(request),
            level="error",
            id=request_id(request.scope),
            problem=problem.code,
        )
    if isinstance(problem, IntentNeeded | IntentUnproven) and problem.intent and not _wants_json(request):
        return _to_confirm(request, problem)
    if isinstance(problem, LoginNeeded | StepUpNeeded) and not _wants_json(request):
        return _to_login(request, level=2 if isinstance(problem, StepUpNeeded) else 1)
    if isinstance(problem, BureauNeeded) and not _wants_json(request):
        return _send(request, f"/bureau?{urlencode({'next': _return_path(request)})}")
    if isinstance(problem, GlassOver) and session_of(request) is not None and not _wants_json(request):
        return _send(request, "/bureau?over=1")
    if isinstance(problem, FormSent) and problem.there and not _wants_json(request):
        return _send(request, problem.there)
    if isinstance(problem, Stranger):
        problem = Missing()  # the same words as for what does not exist
    return _answer(request, problem, _status(problem))


def on_http(request: AnyRequest, error: HTTPException) -> Response[Any]:
    """Litestar's own refusals, in our words and shape; what a validator said is kept, nothing else."""
    if error.status_code in (404, 405):
        return _answer(request, Missing(request.url.path, what="页面"), error.status_code)
    if isinstance(error, ValidationException) or error.status_code in (400, 413, 415, 422):
        return _answer(request, BadRequest(wanted=_validation(error)), max(error.status_code, 400))
    if error.status_code < 500:
        return _answer(request, Forbidden(action=request.url.path), error.status_code)
    return on_fault(request, error)


def on_store(request: AnyRequest, error: RedisError) -> Response[Any]:
    """Redis did not answer on the way: what needs it is not served, and nothing was carried out."""
    return on_problem(request, store_down(error))


def on_collision(request: AnyRequest, error: IntegrityError) -> Response[Any]:
    """A constraint spoke: one neutral answer, so that nobody learns what other bureaus hold."""
    kind = type(error.orig).__name__
    say("request.collided", bureau=_bureau(request), level="warning", id=request_id(request.scope), kind=kind)
    return _answer(request, Collision(), 409)


def on_fault(request: AnyRequest, error: Exception) -> Response[Any]:
    """Anything unforeseen: the trace goes to the log under the request's number."""
    if full(error):
        return on_problem(request, NoRoom())
    handler = request.scope.get("route_handler")
    route = getattr(handler, "handler_name", "")
    fault("request.fault", error, bureau=_bureau(request), id=request_id(request.scope), route=route)
    return _answer(request, Unexpected(), 500)


def on_group(request: AnyRequest, group: ExceptionGroup[Exception]) -> Response[Any]:
    """What ends a transaction comes in a group of its own; a lone error in it is answered as itself.

    The same refusal from two transactions of one request counts as one.
    """
    error = lone(group)
    if error is None:
        return on_fault(request, group)
    known: dict[Any, Any] = {**handlers()}
    answer = next(known[kind] for kind in type(error).__mro__ if kind in known)
    response: Response[Any] = answer(request, error)
    return response


def lone(group: ExceptionGroup[Exception]) -> Exception | None:
    """The one error a group comes down to, None when it holds several kinds."""
    found = list(_leaves(group))
    return found[0] if len({type(one) for one in found}) == 1 else None


def _leaves(group: ExceptionGroup[Exception]) -> Iterator[Exception]:
    for one in group.exceptions:
        if isinstance(one, ExceptionGroup):
            yield from _leaves(one)
        else:
            yield one


def handlers() -> ExceptionHandlersMap:
    """What `create_app` hands to Litestar."""
    return {
        Problem: on_problem,
        HTTPException: on_http,
        IntegrityError: on_collision,
        RedisError: on_store,
        ExceptionGroup: on_group,
        Exception: on_fault,
    }


def _bureau(request: AnyRequest) -> str:
    return principal_of(request).bureau


def _status(problem: Problem) -> int:
    if isinstance(problem, LoginNeeded | SessionEnded | TokenRefused | StepUpNeeded):
        return 401
    return STATUS[problem.kind]


def _answer(request: AnyRequest, problem: Problem, status: int) -> Response[Any]:
    lang = language(request)
    body = problem.as_dict(lang) | {"request_id": request_id(request.scope)}
    later = {"retry-after": str(AGAIN_SECONDS)} if status == 503 else {}
    if not _wants_json(request):
        back, plain = _above(request.url.path), status == 404
        context: dict[str, Any] = {
            "problem": body,
            "words": WORDS[lang],
            "lang": lang,
            "back": back,
            "plain": plain,
        }
        again = isinstance(problem, SessionEnded)  # a way to sign in, back to this page
        context["login"] = urlencode({"next": _typed_path(request) or _return_path(request)}) if again else ""
        context["typed"] = "" if again or isinstance(problem, FormSent | StoreDown) else _typed_path(request)
        context["place"] = place_of(request)
        context["glass"] = look_of(principal_of(request), web_of(request).app.clock.now())
        context["csrf_field"] = csrf_field(request)
        return Template(named("problem.html", lang), context=context, status_code=status, headers=later)
    body |= {"type": f"urn:shuangsui:problem:{problem.code}", "status": status, "detail": problem.line(lang)}
    headers = {"www-authenticate": _challenge(problem)} if status == 401 else later
    return Response(body, status_code=status, media_type="application/problem+json", headers=headers)


def _above(path: str) -> str:
    """The bureau's public page, or the office's first one, a path lies under; "" when it is that itself."""
    found = _UNDER.match(path)
    return found[1] if found else ""


def _wants_json(request: AnyRequest) -> bool:
    if request.url.path.startswith("/api/"):
        return True
    accept = request.headers.get("accept", "")
    return "json" in accept and MediaType.HTML not in accept


def _to_login(request: AnyRequest, *, level: int) -> Response[Any]:
    back = _typed_path(request) or _return_path(request)
    if level > 1 and request.method not in SAFE:
        back = _with(back, STEPPED, "1")
    return _send(request, f"/login?{urlencode({'next': back, 'level': level})}")


def _to_confirm(request: AnyRequest, problem: IntentNeeded | IntentUnproven) -> Response[Any]:
    """To the second factor and from there to the confirmation of what was kept."""
    there = {"next": confirm_path(problem.intent), "level": 2}
    answer = _send(request, f"/login?{urlencode(there)}")
    if isinstance(problem, IntentNeeded):
        tie_browser(request, answer, problem.browser)
    return answer


def _typed_path(request: AnyRequest) -> str:
    """The page that showed the form, told to show it as it was typed; "" where nothing can be given back."""
    if request.method in SAFE or _wants_json(request):
        return ""
    back = _return_path(request)
    if back == "/" or not (number := offer_form(request)):
        return ""
    return _with(back, TYPED, number)


def _with(path: str, name: str, value: str) -> str:
    """The same address with one more in its question: STEPPED says that the form was not carried out."""
    parts = urlsplit(path)
    kept = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if pair[0] != name]
    return f"{parts.path}?{urlencode([*kept, (name, value)])}"


def _send(request: AnyRequest, url: str) -> Response[Any]:
    """A redirect, in the form htmx follows as a whole page when it asked."""
    if "hx-request" in request.headers:
        return Response(b"", status_code=200, headers={"hx-redirect": url})
    return Redirect(url, status_code=303)


def _return_path(request: AnyRequest) -> str:
    """Where to come back to: this page, or after a form the page that showed it."""
    if request.method in SAFE and "hx-request" not in request.headers:
        query = f"?{request.url.query}" if request.url.query else ""
        return local_path(request.url.path + query)
    parts = urlsplit(request.headers.get("referer", ""))
    if parts.netloc != request.headers.get("host"):
        return "/"
    return local_path(parts.path + (f"?{parts.query}" if parts.query else ""))


def _challenge(problem: Problem) -> str:
    """Basis: RFC 6750 3, RFC 9470 3."""
    if isinstance(problem, StepUpNeeded):
        return 'Bearer error="insufficient_user_authentication", acr_values="2", max_age="300"'
    return 'Bearer error="invalid_token"' if isinstance(problem, TokenRefused) else "Bearer"


def _validation(error: HTTPException) -> str:
    extra = error.extra if isinstance(error.extra, list) else []
    found = [f"{e.get('key', '')}: {e.get('message', '')}" for e in extra if isinstance(e, dict)]
    return "；".join(found)[:500] or str(error.detail)[:200]
