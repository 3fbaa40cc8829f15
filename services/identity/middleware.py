"""Finds out who asks, before any guard."""

from typing import Any

from litestar.connection import ASGIConnection
from litestar.middleware import AbstractAuthenticationMiddleware, AuthenticationResult
from litestar.middleware.base import DefineMiddleware

from policies.access import anonymous
from services.identity.errors import TokenRefused
from services.web.state import web_of

API = "/api/"
BUREAU_HEADER = "x-bureau"
UNSEEN = ["^/static/", "^/realms/"]  # neither needs to know who asks


class WhoAsks(AbstractAuthenticationMiddleware):
    """Session cookie everywhere; bearer token under /api/ only, and there before any cookie."""

    async def authenticate_request(
        self, connection: ASGIConnection[Any, Any, Any, Any]
    ) -> AuthenticationResult:
        """The principal as `user`; the `Session` as `auth` when a cookie brought it.

        Raises:
            TokenRefused, NoMembership, IdentityUnavailable: a bearer token that cannot be used.
        """
        identity = web_of(connection).identity
        header = connection.headers.get("authorization", "")
        if header and connection.url.path.startswith(API):
            kind, _, token = header.partition(" ")
            if kind.lower() != "bearer":
                raise TokenRefused
            bureau = connection.headers.get(BUREAU_HEADER, "")
            return AuthenticationResult(user=await identity.of_token(token.strip(), bureau), auth=None)
        sid = connection.cookies.get(identity.config.session_cookie)
        session = await identity.sessions.find(sid) if sid else None
        if session is None:
            return AuthenticationResult(user=anonymous(), auth=None)
        return AuthenticationResult(user=await identity.of_session(session), auth=session)


def who_asks() -> DefineMiddleware:
    """The middleware as `create_app` mounts it."""
    return DefineMiddleware(WhoAsks, exclude=UNSEEN)
