"""The journal: who did what, newest first; reading it leaves a row too."""

from typing import Any

from litestar import Request, get
from litestar.params import FromQuery
from litestar.response import Template

from policies.access import LABELS
from services.views.desk import here
from services.web.depends import InWork
from services.web.pages import language, page
from tenants import journal
from tenants.stores.journal_pages import newest

PAGE = 50


@get("/desk/journal", action="journal.read")
async def show(
    request: Request[Any, Any, Any],
    work: InWork,
    bureau: FromQuery[str] = "",
    before: FromQuery[int] = 0,
    action: FromQuery[str] = "",
    check: FromQuery[bool] = False,
) -> Template:
    """Entries of a visible bureau; `check` hashes the whole chain again."""
    whose = bureau or work.scope.bureau
    work.require("journal.read", bureau=whose)
    known = action if action in LABELS else None
    rows = await newest(work.db, work.scope, whose, before=before or None, action=known, limit=PAGE + 1)
    verified = await journal.verify_chain(work.db, work.scope, whose) if check else None
    await journal.note(
        work.db,
        work.scope,
        actor=work.principal,
        action="journal.read",
        target=f"journal/{whose}",
        at=work.now,
    )
    lang = language(request)
    return page(
        request,
        "desk/journal.html",
        here=await here(work, whose),
        rows=rows[:PAGE],
        next=rows[PAGE - 1].n if len(rows) > PAGE else None,
        action=known or "",
        labels={name: words[lang] for name, words in LABELS.items()},
        verified=verified,
    )


routes = [show]
