"""Counts and times every answer, by the bureau of the session; and hands the figures to who may read them."""

import asyncio
import secrets
from typing import Any
from urllib.parse import urlsplit

from litestar import Request, Response, get
from litestar.types import ASGIApp, BeforeMessageSendHookHandler, Message, Receive, Scope, Send

from policies.errors import Missing
from policies.terms import Principal
from services.metrics import DEPLOYMENT, REGISTRY
from services.settings import LOOPBACK, Settings
from services.web.state import web_of

_BEGAN = "shuangsui.began"
_DOORS = {"api": "api", "desk": "desk", "field": "field", "city": "city", "b": "portal", "": "portal"}
_QUIET = ("/static/", "/metrics", "/healthz", "/readyz")
_PROXIES = ("x-forwarded-", "forwarded", "x-real-ip", "via")  # beginnings of what a proxy adds
TEXT = "text/plain; version=0.0.4; charset=utf-8"


def began(app: ASGIApp) -> ASGIApp:
    """Middleware: notes when a request came in."""

    async def call(scope: Scope, receive: Receive, send: Send) -> None:
        if str(scope["type"]) == "http":
            bag: dict[str, Any] = scope["state"]
            bag[_BEGAN] = asyncio.get_running_loop().time()
        await app(scope, receive, send)

    return call


def measured() -> BeforeMessageSendHookHandler:
    """The hook that counts an answer when it begins."""

    async def count(message: Message, scope: Scope) -> None:
        if message["type"] != "http.response.start" or str(scope["path"]).startswith(_QUIET):
            return
        user = scope.get("user")
        bureau = user.bureau if isinstance(user, Principal) else DEPLOYMENT
        door = _DOORS.get(str(scope["path"]).strip("/").partition("/")[0], "other")
        status = f"{int(message['status']) // 100}xx"
        REGISTRY.count("shuangsui_requests_total", bureau, door=door, status=status)
        start = scope["state"].get(_BEGAN)
        if isinstance(start, float):
            passed = asyncio.get_running_loop().time() - start
            REGISTRY.observe("shuangsui_request_seconds", bureau, passed, door=door)

    return count


@get("/metrics", action="system.metrics", include_in_schema=False)
async def metrics(request: Request[Any, Any, Any]) -> Response[str]:
    """Figures of this process in Prometheus' text format; to strangers there is no such page.

    Who may: the bearer of METRICS_TOKEN. Where none is set, this machine; but only of a site that is on this
    machine alone (PUBLIC_URL) and with no proxy on the way: some proxies add no header, and the whole world
    would look near.
    """
    if not may_read(request, web_of(request).app.settings):
        raise Missing(request.url.path, what="页面")
    return Response(REGISTRY.text(), media_type=TEXT)


def may_read(request: Request[Any, Any, Any], settings: Settings) -> bool:
    """Whether a request may have the figures; see `metrics`."""
    if settings.metrics_token is not None:
        sent = request.headers.get("authorization", "")
        return secrets.compare_digest(sent.encode(), f"Bearer {settings.metrics_token}".encode())
    near = request.client is not None and request.client.host in LOOPBACK
    alone = urlsplit(settings.public_url).hostname in LOOPBACK
    return near and alone and not any(name.lower().startswith(_PROXIES) for name in request.headers)
