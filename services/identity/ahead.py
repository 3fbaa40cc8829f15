"""One transaction for who asks and what is read: begun with the first question, handed on to the reader.

Who holds which role is asked of the table on every request. Where the request will only read, the transaction
that answered it goes on to serve the handler, within the same scope: the roles and the rows stand at one
moment, and half the trips to the database are saved. Everything else begins its own, as before.
"""

from typing import Any
from weakref import WeakKeyDictionary

from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.types import Message, Send
from litestar.types import Scope as Asgi

from policies.access import ACTIONS
from services.begun import Begun
from services.identity.directory import Directory, TenantDirectory
from services.identity.identity import Opens
from services.web.state import web_of
from tenants.scope import Scope
from tenants.unavailable import BureauUnavailable

_SAFE = ("GET", "HEAD")
_SLOT = "shuangsui.begun"
_OWN_WAY = ("noted", "enter", "serializable")  # such a route's transaction is another one
_READS: WeakKeyDictionary[BaseRouteHandler, bool] = WeakKeyDictionary()


def opens(connection: ASGIConnection[Any, Any, Any, Any]) -> Opens | None:
    """What begins the request's transaction for a person and a bureau; None where it needs another kind.

    The bureau need not be proven yet: until it is, the transaction answers for the person's own roles only.
    """
    handler, web = connection.scope.get("route_handler"), web_of(connection)
    if handler is None or connection.scope.get("method") not in _SAFE or not _only_reads(handler):
        return None
    directory = web.identity.directory
    if not isinstance(directory, TenantDirectory):
        return None

    async def open_for(subject: str, bureau: str) -> Directory | None:
        if not bureau or not await web.app.database.beside_control(bureau):
            return None
        try:
            begun = await Begun.begin(web.app.database, Scope.own(bureau, subject))
        except (BureauUnavailable, ValueError):  # told by whoever needs that bureau, in its own words
            return None
        connection.scope["state"][_SLOT] = begun
        return directory.within(begun.unit.control)

    return open_for


def begun_for(connection: ASGIConnection[Any, Any, Any, Any]) -> Begun | None:
    """The transaction that was begun for this request, if nobody has asked for it yet."""
    bag: dict[str, Any] = connection.scope["state"]
    found: Begun | None = bag.pop(_SLOT, None)
    return found


async def close(scope: Asgi, error: BaseException | None = None) -> None:
    """End it where no handler took it over."""
    bag: dict[str, Any] = scope["state"]
    begun: Begun | None = bag.pop(_SLOT, None)
    if begun is not None:
        await begun.close(error)


def closing(scope: Asgi, send: Send) -> Send:
    """Nothing is sent while a transaction stands open that nobody took: a slow reader would keep it."""

    async def sent(message: Message) -> None:
        await close(scope)
        await send(message)

    return sent


def _only_reads(handler: BaseRouteHandler) -> bool:
    """Whether the handler's `work` is a READ ONLY transaction within the bureau of the session."""
    found = _READS.get(handler)
    if found is None:
        opt = handler.opt
        journalled = any(grant.journal for grant in ACTIONS[str(opt["action"])].values())
        plain = not journalled and bool(opt.get("read_only", True))
        takes = "work" in handler.parsed_fn_signature.parameters
        found = _READS[handler] = plain and takes and not any(opt.get(name) for name in _OWN_WAY)
    return found
