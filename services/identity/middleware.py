"""Finds out who asks, before any guard."""

from typing import Any

from litestar.connection import ASGIConnection
from litestar.middleware import AbstractAuthenticationMiddleware, AuthenticationResult
from litestar.middleware.base import DefineMiddleware

from policies.access import anonymous
from policies.errors import Problem
from services.identity.errors import IdentityUnavailable, SessionEnded, TokenRefused
from services.identity.identity import Identity
from services.web.state import web_of

API = "/api/"
BUREAU_HEADER = "x-bureau"
UNSEEN = ["^/static/", "^/realms/", "^/login/backchannel$"]  # none of them needs to know who asks


class WhoAsks(AbstractAuthenticationMiddleware):
    """Session cookie everywhere; bearer token under /api/ only, and there before any cookie."""

    async def authenticate_request(
        self, connection: ASGIConnection[Any, Any, Any, Any]
    ) -> AuthenticationResult:
        """The principal as `user`; as `auth` the `Session` a cookie brought, or why it brought none.

        Raises:
            TokenRefused, ClientUnknown, NoMembership, IdentityUnavailable: an unusable bearer token.
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
        if not sid:
            return AuthenticationResult(user=anonymous(), auth=None)
        return await _of_cookie(identity, sid)


async def _of_cookie(identity: Identity, sid: str) -> AuthenticationResult:
    """A session that is over, or cannot be confirmed, makes an anonymous reader: public pages stay open."""
    session = await identity.sessions.find(sid)
    why: Problem | None = None
    if session is None:
        why = SessionEnded() if await identity.sessions.was_ended(sid) else None
        return AuthenticationResult(user=anonymous(), auth=why)
    try:
        await identity.confirmer.confirm(session)
    except (SessionEnded, IdentityUnavailable) as problem:
        return AuthenticationResult(user=anonymous(), auth=problem)
    return AuthenticationResult(user=await identity.of_session(session), auth=session)


def who_asks() -> DefineMiddleware:
    """The middleware as `create_app` mounts it."""
    return DefineMiddleware(WhoAsks, exclude=UNSEEN)
