"""Headers on every answer, errors and unknown paths included."""

import secrets
from typing import Any
from urllib.parse import urlsplit

from litestar.types import BeforeMessageSendHookHandler, Message, Scope

from policies.terms import Principal

_REQUEST, _CACHE = b"x-request-id", b"cache-control"
REQUEST_ID = "shuangsui.request_id"
FIXED = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(self), geolocation=(self), microphone=(), payment=(), usb=()",
}


def request_id(scope: Scope) -> str:
    """The number of this request, made on first use; in the answer, the problem and the log."""
    bag: dict[str, Any] = scope["state"]
    return str(bag.setdefault(REQUEST_ID, secrets.token_hex(8)))


def policy(login_origin: str = "") -> str:
    """The content security policy; `login_origin` is a Keycloak elsewhere that forms may be sent on to."""
    forms = f"'self' {login_origin}".strip()
    return (
        f"default-src 'self'; base-uri 'none'; object-src 'none'; frame-ancestors 'none'; form-action {forms}"
    )


def security_headers(public_url: str, login_url: str) -> BeforeMessageSendHookHandler:
    """The hook that puts the headers on; addresses decide HSTS and where login forms may lead."""
    headers = FIXED | {"content-security-policy": policy(_other_origin(public_url, login_url))}
    if urlsplit(public_url).scheme == "https":
        headers["strict-transport-security"] = "max-age=31536000"

    fixed = [(name.encode(), value.encode()) for name, value in headers.items()]
    ours = {name for name, _ in fixed} | {_REQUEST, _CACHE}

    async def put(message: Message, scope: Scope) -> None:
        if message["type"] != "http.response.start":
            return
        message["headers"] = [
            *(one for one in message["headers"] if one[0].lower() not in ours),
            *fixed,
            (_REQUEST, request_id(scope).encode()),
            (_CACHE, _cache(scope, int(message["status"])).encode()),
        ]

    return put


def _cache(scope: Scope, status: int) -> str:
    """`no-store`, unless the route is public, declares otherwise, answers well, and nobody is signed in."""
    handler = scope.get("route_handler")
    wanted = handler.opt.get("public_cache") if handler is not None else None
    user = scope.get("user")
    if not wanted or status >= 400 or (isinstance(user, Principal) and user.subject):
        return "no-store"
    return str(wanted)


def _other_origin(public_url: str, login_url: str) -> str:
    here, there = urlsplit(public_url), urlsplit(login_url)
    if (here.scheme, here.netloc) == (there.scheme, there.netloc):
        return ""
    return f"{there.scheme}://{there.netloc}"
