"""The transaction of a request. It commits after the handler and before the answer leaves."""

from collections.abc import AsyncGenerator
from typing import Any

from litestar import Request
from litestar.di import NamedDependency, Provide
from litestar.params import SkipValidation
from sqlalchemy.ext.asyncio import AsyncConnection

from policies.access import ACTIONS, SEEN, SUBTREE_ROLES
from policies.access_errors import Stranger
from services.identity.ahead import begun_for
from services.reading import from_above, note_read, placed
from services.spanning import in_control
from services.web.errors import BureauNeeded, UncutAnswer
from services.web.guards import SAFE, address_of
from services.web.state import absence_of, principal_of, web_of
from services.work import App, Work

InWork = NamedDependency[SkipValidation[Work]]
InPublic = NamedDependency[SkipValidation[AsyncConnection]]
InCommon = NamedDependency[SkipValidation[AsyncConnection]]
InApp = NamedDependency[SkipValidation[App]]


NAMING = ("below", "district", "bureau")  # parameters that name the bureau a route shows, the nearest first


async def provide_work(request: Request[Any, Any, Any]) -> AsyncGenerator[Work, None]:
    """The signed-in person's transaction: READ ONLY for safe methods unless the read is journalled.

    A superior who reads a bureau below gets that bureau's database, within the own scope, and the read is
    written into that bureau's journal before anything leaves: here, so that no route can forget it.

    The route may say more: `serializable=True`; `enter=True` to act within the bureau of the path
    (a superior's witness); `read_only=False` for a safe method that writes; `noted=True` where the use case
    itself notes the read in the bureaus it shows; `noting=True` where it shows the own bureau and
    notes what it reads below for that.

    Raises:
        LoginNeeded, BureauNeeded: the route is public, but its handler asks for a person's work.
        Stranger: a bureau that is neither the own one nor registered below it; where the use case notes the
            read itself, it also says who is one.
        UncutAnswer: a mistake of ours, the handler served a record without asking what may be shown of it.
    """
    principal, opt = principal_of(request), request.route_handler.opt
    if not principal.subject:
        raise absence_of(request)
    if not principal.bureau:
        raise BureauNeeded
    action, safe, whose = str(opt["action"]), request.method in SAFE, named_bureau(request)
    journalled = any(grant.journal for grant in ACTIONS[action].values())
    from_outside = safe and from_above(principal, action, whose)
    noted, below = bool(opt.get("noted")), bool(opt.get("noting") and principal.roles & SUBTREE_ROLES)
    writes_note = safe and (noted or below or from_outside)  # what is read below stands in a journal there
    read_only = bool(opt.get("read_only", safe and not journalled)) and not writes_note
    async with web_of(request).app.work(
        principal,
        bureau=(whose or None) if opt.get("enter") else None,
        read_only=read_only,
        serializable=bool(opt.get("serializable")),
        begun=begun_for(request),
    ) as work:
        if from_outside and whose not in work.scope.visible and not noted:
            raise Stranger(whose)
        if not from_outside or whose not in work.scope.visible:
            yield work
            _refuse_uncut(work, action, safe)
            return
        yield await placed(work, whose)
        _refuse_uncut(work, action, safe)
        if not noted:
            await note_read(work, whose, action, address_of(request))


def _refuse_uncut(work: Work, action: str, safe: bool) -> None:
    """Nothing leaves of a record whose fields the matrix names unless somebody asked for them."""
    if safe and action in SEEN and action not in work.asked:
        raise UncutAnswer(action)


def named_bureau(request: Request[Any, Any, Any]) -> str:
    """The bureau the request names where its route takes one: in the path or the query; "" = the own one."""
    taken = request.route_handler.parsed_fn_signature.parameters
    for name in NAMING:
        if name in request.path_params:
            return str(request.path_params[name])
        if name in taken and request.query_params.get(name):
            return str(request.query_params[name])
    return ""


async def provide_public(request: Request[Any, Any, Any]) -> AsyncGenerator[AsyncConnection, None]:
    """A READ ONLY transaction as the public role where the named bureau lives: published rows only.

    Raises:
        BureauUnavailable: that bureau's database cannot be used now; the others' pages go on.
    """
    async with web_of(request).app.portal.public(named_bureau(request)) as db:
        yield db


async def provide_common(
    request: Request[Any, Any, Any], public: InPublic
) -> AsyncGenerator[AsyncConnection, None]:
    """As the public role in the control database: log, witnesses and holiday notices are the deployment's."""
    if in_control(public):
        yield public
        return
    async with web_of(request).app.portal.public() as db:
        yield db


async def provide_app(request: Request[Any, Any, Any]) -> App:
    """The wiring, for routes that need neither a person nor the database."""
    return web_of(request).app


def dependencies() -> dict[str, Provide]:
    """Names a handler may ask for: `work: InWork`, `public: InPublic`, `common: InCommon`, `app: InApp`."""
    return {
        "work": Provide(provide_work),
        "public": Provide(provide_public),
        "common": Provide(provide_common),
        "app": Provide(provide_app),
    }
