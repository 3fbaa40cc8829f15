"""The journal: who did what, newest first; filtered, verified, taken as a file. Reading it leaves a row."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from litestar import Request, Response, get, post
from litestar.params import FromQuery
from litestar.response import Redirect, Template

from policies.errors import Problem
from policies.journal_levels import LEVELS, level_of
from policies.journal_words import JOURNAL_LABELS
from services.jobs.checking import JOB
from services.jobs.orders import order
from services.usecases.read_journal import chosen, export_journal, read_journal
from services.usecases.verify_journal import ChainReport, verify_journal
from services.views.copies import with_mark
from services.views.desk import here
from services.views.journals import as_csv, as_lines, as_xlsx, differences, labels, state_words
from services.web.depends import InWork
from services.web.pages import language, page
from services.work import Work
from tenants.errors import BrokenChain
from tenants.stores.journal_pages import JournalFilter

AnyRequest = Request[Any, Any, Any]
PAGE = 50
LARGEST = 2**62
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@get("/desk/journal", action="journal.read")
async def show(
    request: AnyRequest,
    work: InWork,
    bureau: FromQuery[str] = "",
    before: FromQuery[int] = 0,
    actor: FromQuery[str] = "",
    action: FromQuery[str] = "",
    target: FromQuery[str] = "",
    since: FromQuery[str] = "",
    until: FromQuery[str] = "",
    level: FromQuery[str] = "",
    check: FromQuery[bool] = False,
    ordered: FromQuery[bool] = False,
) -> Template:
    """Entries of a visible bureau; `check` hashes the whole chain again."""
    asked = {
        "actor": actor,
        "action": action,
        "target": target,
        "since": since,
        "until": until,
        "level": level,
    }
    older = before if 0 < before < LARGEST else None
    found = await read_journal(work, bureau, _filter(asked), before=older, limit=PAGE)
    report, misfit = await _checked(work, found.bureau) if check else (None, None)
    lang = language(request)
    kept = {name: value for name, value in asked.items() if value}
    return page(
        request,
        "desk/journal.html",
        here=await here(work, found.bureau),
        found=found,
        rows=[(entry, level_of(entry.action), differences(entry)) for entry in found.rows],
        levels=LEVELS,
        asked=asked,
        query=urlencode({"bureau": found.bureau} | kept),
        labels=labels(lang),
        told=state_words(found.state),
        report=report,
        misfit=misfit.as_dict(lang) if misfit else None,
        ordered=ordered,
        own=found.bureau == work.scope.bureau,
    )


@post("/desk/journal/check", action="journal.read")
async def check(work: InWork) -> Redirect:
    """Orders a verification of the own journal; the worker does it, however long the journal is."""
    await order(work, JOB, {}, dedup=JOB)
    return Redirect("/desk/journal?ordered=true", status_code=303)


@get(["/desk/journal.csv", "/desk/journal.jsonl", "/desk/journal.xlsx"], action="journal.export")
async def export(
    request: AnyRequest,
    work: InWork,
    bureau: FromQuery[str] = "",
    actor: FromQuery[str] = "",
    action: FromQuery[str] = "",
    target: FromQuery[str] = "",
    since: FromQuery[str] = "",
    until: FromQuery[str] = "",
    level: FromQuery[str] = "",
) -> Response[bytes]:
    """The same entries as a file, oldest first: cells of text, or JSON lines with all that is hashed."""
    asked = {
        "actor": actor,
        "action": action,
        "target": target,
        "since": since,
        "until": until,
        "level": level,
    }
    made = await export_journal(work, bureau, _filter(asked))
    ending = request.url.path.rpartition(".")[2]
    name = f"{made.mark.bureau}-journal-{work.today.isoformat()}.{ending}"
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    if ending == "jsonl":
        data = as_lines(made.rows, made.lines)
        return Response(data, media_type="application/jsonl", headers=headers)
    if ending == "xlsx":
        return Response(as_xlsx(made.rows, made.lines), media_type=XLSX, headers=headers)
    return Response(with_mark(made.lines, as_csv(made.rows)), media_type="text/csv", headers=headers)


async def _checked(work: Work, bureau: str) -> tuple[ChainReport | None, Problem | None]:
    try:
        return await verify_journal(work, bureau), None
    except Problem as problem:
        if not isinstance(problem, BrokenChain) and problem.kind != "failed":
            raise
        return None, problem


def _filter(asked: dict[str, str]) -> JournalFilter:
    """What does not exist narrows nothing: an unknown action, a day that is none."""
    action = asked["action"] if asked["action"] in JOURNAL_LABELS else ""
    clean = {name: asked[name].replace("\x00", "")[:200] for name in ("actor", "target")}
    since, until = _day(asked["since"]), _day(asked["until"])
    return chosen(clean["actor"], action, clean["target"], since, until, asked["level"])


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


routes = [show, check, export]
