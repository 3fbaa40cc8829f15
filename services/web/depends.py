"""The transaction of a request. It commits after the handler and before the answer leaves."""

from collections.abc import AsyncGenerator
from typing import Any

from litestar import Request
from litestar.di import NamedDependency, Provide
from litestar.params import SkipValidation
from sqlalchemy.ext.asyncio import AsyncConnection

from policies.access import ACTIONS
from services.web.errors import BureauNeeded, LoginNeeded
from services.web.guards import SAFE
from services.web.state import principal_of, web_of
from services.work import App, Work

InWork = NamedDependency[SkipValidation[Work]]
InPublic = NamedDependency[SkipValidation[AsyncConnection]]
InApp = NamedDependency[SkipValidation[App]]


async def provide_work(request: Request[Any, Any, Any]) -> AsyncGenerator[Work, None]:
    """The signed-in person's transaction: READ ONLY for safe methods unless the read is journalled.

    The route may say more: `serializable=True`; `enter=True` to act within the bureau of the path
    (a superior's witness); `read_only=False` for a safe method that writes.

    Raises:
        LoginNeeded, BureauNeeded: the route is public, but its handler asks for a person's work.
    """
    principal, opt = principal_of(request), request.route_handler.opt
    if not principal.subject:
        raise LoginNeeded
    if not principal.bureau:
        raise BureauNeeded
    journalled = any(grant.journal for grant in ACTIONS[opt["action"]].values())
    read_only = bool(opt.get("read_only", request.method in SAFE and not journalled))
    bureau = request.path_params.get("bureau") if opt.get("enter") else None
    async with web_of(request).app.work(
        principal, bureau=bureau, read_only=read_only, serializable=bool(opt.get("serializable"))
    ) as work:
        yield work


async def provide_public(request: Request[Any, Any, Any]) -> AsyncGenerator[AsyncConnection, None]:
    """A READ ONLY transaction as the public role: published rows only, whoever asks."""
    async with web_of(request).app.portal.public() as db:
        yield db


async def provide_app(request: Request[Any, Any, Any]) -> App:
    """The wiring, for routes that need neither a person nor the database."""
    return web_of(request).app


def dependencies() -> dict[str, Provide]:
    """Names a handler may ask for: `work: InWork`, `public: InPublic`, `app: InApp`."""
    return {
        "work": Provide(provide_work),
        "public": Provide(provide_public),
        "app": Provide(provide_app),
    }
