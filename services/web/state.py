"""Where a request finds what is wired: one typed door instead of names in a bag."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, cast

from litestar import Litestar
from litestar.connection import ASGIConnection

from policies.access import anonymous
from policies.errors import Problem
from policies.terms import Principal
from services.identity.identity import Identity
from services.identity.sessions import Session
from services.web.errors import LoginNeeded
from services.web.streams import Streams
from services.work import App

if TYPE_CHECKING:
    from services.web.health import Health

SLOT = "shuangsui"


@dataclass(slots=True)
class Web:
    """What the web edge needs besides the use cases' `App`."""

    app: App
    identity: Identity
    health: "Health"
    streams: Streams = field(default_factory=Streams)


def put(litestar: Litestar, web: Web) -> None:
    """Makes `web` known to every request."""
    litestar.state[SLOT] = web


def web_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Web:
    """The wiring of the application that answers this request."""
    return cast("Web", connection.app.state[SLOT])


def principal_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Principal:
    """Who asks; the public when nobody is signed in."""
    user = connection.scope.get("user")
    return user if isinstance(user, Principal) else anonymous()


def session_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Session | None:
    """The browser's session; None for the public and for API clients."""
    auth = connection.scope.get("auth")
    return auth if isinstance(auth, Session) else None


def absence_of(connection: ASGIConnection[Any, Any, Any, Any]) -> Problem:
    """Why nobody is signed in: the session was ended, cannot be confirmed just now, or there is none."""
    auth = connection.scope.get("auth")
    return auth if isinstance(auth, Problem) else LoginNeeded()
