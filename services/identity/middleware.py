"""Finds out who asks, before any guard."""

from typing import Any

from litestar.connection import ASGIConnection
from litestar.middleware import AbstractAuthenticationMiddleware, AuthenticationResult
from litestar.middleware.base import DefineMiddleware
from litestar.types import Receive, Scope, Send
from redis.exceptions import RedisError

from policies.access import SUBTREE_ROLES, anonymous
from services.identity.ahead import close, closing, opens
from services.identity.errors import IdentityUnavailable, SessionEnded, TokenRefused
from services.identity.identity import Identity, Opens
from services.web.outage import store_down
from services.web.state import web_of

API = "/api/"
BUREAU_HEADER = "x-bureau"
GLASS_HEADER = "x-glass"
UNSEEN = ["^/static/", "^/realms/", "^/login/backchannel$"]  # none of them needs to know who asks


class WhoAsks(AbstractAuthenticationMiddleware):
    """Session cookie everywhere; bearer token under /api/ only, and there before any cookie."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """As usual; a transaction begun on the way ends here, if no handler took it over."""
        try:
            await super().__call__(scope, receive, closing(scope, send))
        except BaseException as error:
            await close(scope, error)
            raise
        await close(scope)

    async def authenticate_request(
        self, connection: ASGIConnection[Any, Any, Any, Any]
    ) -> AuthenticationResult:
        """The principal as `user`; as `auth` the `Session` a cookie brought, or why it brought none.

        What a superior may see is asked in a transaction of its own: the one begun on the way ends before,
        so that no request holds one connection while it waits for another.

        Raises:
            TokenRefused, ClientUnknown, NoMembership, IdentityUnavailable: an unusable bearer token.
            GlassOver: the break-glass request it names is not open.
        """
        found = await self._asked(connection)
        if found.user.roles & SUBTREE_ROLES:
            await close(connection.scope)
        return found

    async def _asked(self, connection: ASGIConnection[Any, Any, Any, Any]) -> AuthenticationResult:
        identity = web_of(connection).identity
        header = connection.headers.get("authorization", "")
        if header and connection.url.path.startswith(API):
            kind, _, token = header.partition(" ")
            if kind.lower() != "bearer":
                raise TokenRefused
            bureau = connection.headers.get(BUREAU_HEADER, "")
            glass = connection.headers.get(GLASS_HEADER, "")
            hint = str(connection.path_params.get("bureau", ""))
            user = await identity.of_token(token.strip(), bureau, glass, hint=hint, opens=opens(connection))
            return AuthenticationResult(user=user, auth=None)
        sid = connection.cookies.get(identity.config.session_cookie)
        if not sid:
            return AuthenticationResult(user=anonymous(), auth=None)
        return await _of_cookie(identity, sid, opens(connection))


async def _of_cookie(identity: Identity, sid: str, opens_: Opens | None) -> AuthenticationResult:
    """A session that is over, or cannot be read or confirmed, makes an anonymous reader: public pages stay
    open, and whatever needs a session says why there is none."""
    try:
        found = await identity.sessions.look_up(sid)
        if found is None:
            why = SessionEnded() if await identity.sessions.was_ended(sid) else None
            return AuthenticationResult(user=anonymous(), auth=why)
        await identity.confirmer.confirm(found)
    except (SessionEnded, IdentityUnavailable) as problem:
        return AuthenticationResult(user=anonymous(), auth=problem)
    except RedisError as error:
        return AuthenticationResult(user=anonymous(), auth=store_down(error))
    session = found.session
    return AuthenticationResult(user=await identity.of_session(session, opens_), auth=session)


def who_asks() -> DefineMiddleware:
    """The middleware as `create_app` mounts it."""
    return DefineMiddleware(WhoAsks, exclude=UNSEEN)
