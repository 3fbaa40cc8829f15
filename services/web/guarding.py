"""Everything that is asked before a handler runs, in one guard: Litestar copies the handler for each."""

from litestar import Request
from litestar.handlers import BaseRouteHandler

from services.web.form_kept import note_form, note_orphan
from services.web.form_once import check_once
from services.web.guards import SAFE, Connection, check_action, check_source
from services.web.intent_guard import check_intent
from services.web.plain import check_plain, check_plain_query
from services.web.state import session_of


async def check(connection: Connection, handler: BaseRouteHandler) -> None:
    """The matrix, then for a request that may change something: where it came from, what its text is made
    of, its intent, and whether the same form was carried out before. What a browser's form says is noted, in
    case it is refused.

    Raises:
        Problem: as `check_action`, `check_source`, `check_plain`, `check_intent` and `check_once` say.
    """
    check_plain_query(connection)
    request = connection if isinstance(connection, Request) else None
    if request is None or request.method in SAFE:
        await check_action(connection, handler)
        return
    if session_of(request) is None:
        await note_orphan(request)
    await check_action(request, handler)
    await note_form(request)
    await check_source(request, handler)
    await check_plain(request)
    await check_intent(request, handler)
    await check_once(request, str(handler.opt["action"]))
