"""How a route of the API is declared: action, words for the description, problems it may answer with."""

import inspect
from collections.abc import Callable
from typing import Any

from litestar import get, post, put
from litestar.handlers import HTTPRouteHandler
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example
from msgspec import Struct

from policies.access import ACTIONS, FRESH_SECONDS, LABELS, STEP_UP
from services.api.ending import Ending

Declared = Callable[[Callable[..., Any]], HTTPRouteHandler]
PROBLEM = "application/problem+json"

__all__ = ["PROBLEM", "ProblemBody", "acts", "places", "reads"]


class ProblemBody(Struct, frozen=True):
    """An error as RFC 9457 asks, with what was expected, what came, where, and what to do.

    Attributes:
        type: stable urn of the error class. code: its name alone.
        basis: citation of the clause a refusal rests on.
        request_id: number to quote when asking for help.
    """

    type: str
    title: str
    status: int
    detail: str
    code: str
    expected: str
    got: str
    where: str
    basis: str | None
    remedy: str
    request_id: str


SAMPLE = {
    "type": "urn:shuangsui:problem:Missing",
    "title": "没有找到",
    "status": 404,
    "detail": "没有找到；应为：本单位可见的抽查；实际：9；处理：请核对编号；可能已撤回，或属于其他单位。",
    "code": "Missing",
    "expected": "本单位可见的抽查",
    "got": "9",
    "where": "",
    "basis": None,
    "remedy": "请核对编号；可能已撤回，或属于其他单位。",
    "request_id": "0f4a9c2b7d1e8350",
}
MEANINGS = {
    400: "The request does not fit this description.",
    401: "Sign in, or give the second factor again.",
    403: "The role is missing.",
    404: "Nothing of that name is visible to you; a stranger is told the same.",
    409: "Not possible in the present state, or the Idempotency-Key belongs to another request.",
    422: "Understood, but refused: the content breaks a rule.",
}


def reads(path: str, *, action: str, **more: Any) -> Declared:
    """Declares a GET route of the API; `ending=Ending(…)`, here as below, says that it goes."""
    codes = (400, 404) if "anonymous" in ACTIONS[action] else (400, 401, 403, 404)
    return _declare(get, path, action, codes, more)


def acts(path: str, *, action: str, **more: Any) -> Declared:
    """Declares a POST route of the API."""
    codes = (400, 409, 422) if "anonymous" in ACTIONS[action] else tuple(MEANINGS)
    return _declare(post, path, action, codes, more)


def places(path: str, *, action: str, **more: Any) -> Declared:
    """Declares a PUT route of the API: what is sent stands under its address, the same again as well."""
    return _declare(put, path, action, tuple(MEANINGS), more)


def _declare(
    verb: Callable[..., Any], path: str, action: str, codes: tuple[int, ...], more: dict[str, Any]
) -> Declared:
    ending: Ending | None = more.pop("ending", None)
    if ending is not None:
        more |= {"deprecated": True, "response_headers": ending.headers()}

    def declare(handler: Callable[..., Any]) -> HTTPRouteHandler:
        title, _, rest = (inspect.getdoc(handler) or "").partition("\n")
        made: HTTPRouteHandler = verb(
            path,
            action=action,
            name=f"api:{handler.__name__.rstrip('_')}",
            operation_id=handler.__name__.rstrip("_"),
            summary=title.rstrip("."),
            description=f"{rest.strip()}\n\n{_needs(action)}".strip(),
            responses={code: _problem(code) for code in codes},
            security=[] if "anonymous" in ACTIONS[action] else [{"bearer": []}],
            **more,
        )(handler)
        return made

    return declare


def _needs(action: str) -> str:
    """What the matrix asks of the caller, in words."""
    roles = ", ".join(f"{role} ({grant.scope})" for role, grant in ACTIONS[action].items())
    label = LABELS[action]
    factor = (
        f" Second factor within {FRESH_SECONDS} s, given for this act:"
        " POST /bureaus/{bureau}/intents, then X-Intent."
        if action in STEP_UP
        else ""
    )
    return f"Action `{action}` {label.get('zh', '')} — {roles}.{factor}"


def _problem(code: int) -> ResponseSpec:
    example = Example(summary="problem", value=SAMPLE | {"status": code})
    return ResponseSpec(
        ProblemBody,
        description=MEANINGS[code],
        media_type=PROBLEM,
        examples=[example],
        generate_examples=False,
    )
