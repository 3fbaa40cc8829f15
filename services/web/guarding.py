"""Everything that is asked before a handler runs, in one guard: Litestar copies the handler for each."""

from litestar import Request
from litestar.handlers import BaseRouteHandler

from services.web.guards import SAFE, Connection, check_action, check_source
from services.web.intent_guard import check_intent


async def check(connection: Connection, handler: BaseRouteHandler) -> None:
    """The matrix, then for a request that may change something: where it came from, and its intent.

    Raises:
        Problem: as `check_action`, `check_source` and `check_intent` say.
    """
    await check_action(connection, handler)
    if connection.scope.get("method") in SAFE or not isinstance(connection, Request):
        return
    await check_source(connection, handler)
    await check_intent(connection, handler)
