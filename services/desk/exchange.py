"""Connections to other systems at the desk: set up, what is on its way, what both sides compared."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from policies.errors import Language, Problem
from services.connectors import profiles
from services.connectors.profiles import ACKNOWLEDGE, FORMATS
from services.desk.forms import words_of
from services.exchange.errors import OF_CODE
from services.usecases.exchange_files import compare_now, exchange_of, send_again
from services.usecases.keep_connection import NewConnection, end_connection, keep_connection
from services.views.desk import here
from services.web.depends import InApp, InWork
from services.web.pages import language, page
from services.web.state import principal_of
from services.work import Work

AnyRequest = Request[Any, Any, Any]
Form = URLEncodedBody[dict[str, Any]]
HOME = "/desk/exchange"
_FIELDS = ("profile", "mode", "target", "token", "columns", "codes", "receipt", "format")


@get(HOME, action="exchange.read", read_only=True)
async def show(request: AnyRequest, work: InWork) -> Template:
    """Every system, its connection, the newest files on their way and the newest comparisons."""
    return await _page(request, work)


@post(HOME, action="exchange.manage", status_code=200)
async def keep(request: AnyRequest, work: InWork, data: Form) -> Template | Redirect:
    """Sets a connection up or changes it; a refusal brings the form back as typed, the token aside."""
    try:
        await keep_connection(work, NewConnection(**{name: words_of(data, name) for name in _FIELDS}))
    except Problem as problem:
        if problem.kind not in ("invalid", "forbidden"):
            raise
        typed = {name: words_of(data, name) for name in _FIELDS if name != "token"}
        return await _page(request, work, 422, typed, problem.as_dict(language(request)))
    return Redirect(f"{HOME}#{words_of(data, 'profile')}", status_code=303)


@post(HOME + "/{connection:uuid}/end", action="exchange.manage", status_code=303)
async def end(work: InWork, connection: FromPath[UUID]) -> Redirect:
    """Ends a connection."""
    await end_connection(work, connection)
    return Redirect(HOME, status_code=303)


@post(HOME + "/{connection:uuid}/comparison", action="exchange.send", status_code=303)
async def compare(request: AnyRequest, app: InApp, connection: FromPath[UUID]) -> Redirect:
    """Compares both sides at once."""
    await compare_now(app, principal_of(request), connection)
    return Redirect(f"{HOME}#compared", status_code=303)


@post(HOME + "/files/{upload:uuid}/again", action="exchange.send", status_code=303)
async def again(work: InWork, upload: FromPath[UUID]) -> Redirect:
    """Lets a refused or given up file go once more."""
    await send_again(work, upload)
    return Redirect(f"{HOME}#sent", status_code=303)


def reasons_of(codes: Iterable[str], lang: Language) -> dict[str, str]:
    """What failures are called."""
    return {code: OF_CODE[code]("—").wording(lang).title for code in codes if code in OF_CODE}


async def _page(
    request: AnyRequest,
    work: Work,
    status: int = 200,
    typed: dict[str, str] | None = None,
    problem: Any = None,
) -> Template:
    found, lang = await exchange_of(work), language(request)
    codes = {delivery.last_error for delivery, _ in found.sent if delivery.last_error}
    codes |= {one.problem for one in found.fetched.values() if one.problem}
    return page(
        request,
        "desk/exchange.html",
        status=status,
        here=await here(work),
        found=found,
        systems=tuple(profiles().values()),
        standing={one.profile: one for one in found.connections},
        reasons=reasons_of(codes, lang),
        formats=FORMATS,
        rules=ACKNOWLEDGE,
        folder=work.app.settings.exchange_folder is not None,
        typed=typed or {},
        problem=problem,
    )


routes = [show, keep, end, compare, again]
