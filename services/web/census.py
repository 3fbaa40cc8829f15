"""Counts the routes before the first request: one without a declared action, and nothing starts."""

import re
from collections.abc import Iterator
from functools import cache

from litestar import Litestar
from litestar.handlers import BaseRouteHandler
from litestar.routes import HTTPRoute

from policies.access import ACTIONS
from services.web.errors import UnguardedRoute

CSRF_FREE = "/realms/"  # the embedded provider: its forms carry their own one-use id, no session of ours

_KINDS = {"int": "[0-9]+", "uuid": "[0-9A-Fa-f-]{36}", "path": ".+"}


def handlers(app: Litestar) -> Iterator[tuple[str, BaseRouteHandler]]:
    """Every handler with its path, from the routing table itself; automatic OPTIONS answers are left out."""
    for route in app.routes:
        if not isinstance(route, HTTPRoute):
            yield route.path, route.route_handler
            continue
        for handler in route.route_handlers:
            if set(handler.http_methods) != {"OPTIONS"}:
                yield route.path, handler


def refuse_unguarded(app: Litestar) -> None:
    """Checks every route's declarations.

    Raises:
        UnguardedRoute: a route without an action, with an unknown one, cached though not public, kept
            in Litestar's response cache, or without protection against forged requests.
    """
    wrong = sorted({f"{path}: {fault}" for path, one in handlers(app) for fault in _faults(path, one)})
    if wrong:
        raise UnguardedRoute("; ".join(wrong))


def _faults(path: str, handler: BaseRouteHandler) -> Iterator[str]:
    action = handler.opt.get("action")
    if action is None:
        yield "no action"
    elif action not in ACTIONS:
        yield f"unknown action {action}"
    elif handler.opt.get("public_cache") and "anonymous" not in ACTIONS[action]:
        yield "cached but not public"
    if getattr(handler, "cache", False):  # Litestar's response cache knows neither person nor bureau
        yield "response cache"
    if handler.opt.get("csrf") is False and not path.startswith(CSRF_FREE):
        yield "csrf switched off"


def action_at(app: Litestar, method: str, path: str) -> tuple[str, dict[str, str]] | None:
    """The action a request would be asked for, with the values of its places; None when nothing is there.

    Args:
        path: without its question. Of several routes that fit, the one with the fewest places counts.
    """
    fitting = [
        (len(found.groupdict()), str(handler.opt.get("action")), found.groupdict())
        for route, handler in handlers(app)
        if method in getattr(handler, "http_methods", ()) and (found := _shape(route).fullmatch(path))
    ]
    if not fitting:
        return None
    _, action, places = min(fitting, key=lambda one: one[0])
    return action, places


@cache
def _shape(route: str) -> re.Pattern[str]:
    """A route as a pattern: `{draw_no:int}` takes digits, everything else one segment."""
    parts = re.split(r"\{(\w+)(?::(\w+))?\}", route)
    made = re.escape(parts[0])
    for name, kind, rest in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        made += f"(?P<{name}>{_KINDS.get(kind, '[^/]+')})" + re.escape(rest)
    return re.compile(made)
