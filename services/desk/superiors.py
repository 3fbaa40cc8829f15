"""Reads by superiors, as the bureau that was read sees them."""

from typing import Any

from litestar import Request, get
from litestar.params import FromQuery
from litestar.response import Template

from policies.access import LABELS
from services.usecases.superior_reads import DAYS, read_superior_reads
from services.views.desk import here
from services.web.depends import InWork
from services.web.pages import language, page

LARGEST = 2**62


@get("/desk/journal/superiors", action="journal.read")
async def show(
    request: Request[Any, Any, Any],
    work: InWork,
    bureau: FromQuery[str] = "",
    reader: FromQuery[str] = "",
    action: FromQuery[str] = "",
    before: FromQuery[int] = 0,
) -> Template:
    """Who of the superiors looked at what of a visible bureau, and how often."""
    known = action if action in LABELS else ""
    older = before if 0 < before < LARGEST else None
    data = await read_superior_reads(
        work, bureau, reader=reader if reader.isalnum() else "", action=known, before=older
    )
    lang = language(request)
    return page(
        request,
        "desk/superiors.html",
        here=await here(work, data.bureau),
        data=data,
        days=DAYS,
        reader=reader,
        action=known,
        labels={name: words[lang] for name, words in LABELS.items()},
    )


routes = [show]
