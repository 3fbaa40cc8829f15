"""Official documents as any door hands them out: found, allowed, set. The doors only answer with them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from policies.errors import Missing
from policies.terms import Period
from services.documents.setting import Kind, Paper, typeset
from services.exporting import mark_export
from services.ruling.filings import filings_of, plan_target
from services.usecases.archive_index import archive_index
from services.usecases.confirm_minutes import cut_minutes, minutes_for, minutes_seen
from services.usecases.review_visit import VisitFile, list_visits, read_visit
from services.usecases.show_audit import read_told
from services.views.desk import here
from services.views.papers import Data, filing_paper, letter_paper, minutes_paper, plan_paper
from services.views.plans import plan_faces
from services.views.record_papers import archive_paper, orders_paper, records_paper
from services.work import App, Work
from tenants.records import Visit
from tenants.stores import plans

BATCH = 100  # records in one file
Printed = Literal["records", "orders"]


@dataclass(frozen=True, slots=True)
class Named:
    """A set document; `name` of its file, ASCII, without its ending."""

    paper: Paper
    name: str


async def set_paper(app: App, kind: Kind, data: Data, at: datetime, *, link: str = "") -> Paper:
    """The document with the operator's fonts. `link`: path of this site printed as a QR code."""
    whole = f"{app.settings.public_url.rstrip('/')}{link}" if link else ""
    return await typeset(kind, data, at, link=whole, fonts=app.settings.fonts)


async def plan_document(work: Work, year: int, whose: str) -> Named:
    """年度计划: the newest version of a year. Raises Missing."""
    work.require("plan.read", bureau=whose)
    row = await plans.latest(work.db, work.scope, whose, year)
    if row is None:
        raise Missing(year, what="年度计划")
    where = await here(work, whose)
    filed = await filings_of(work, whose, plan_target(year, row.version))
    simulated = work.app.clock.simulated
    data = plan_paper(where.face.name, row, plan_faces(row.body), where.names, filed, simulated=simulated)
    link = f"/b/{whose}/plan/{year}" if row.state == "approved" else ""
    paper = await set_paper(work.app, "plan", data, row.approved_at or work.now, link=link)
    return Named(paper, f"plan-{whose}-{year}")


async def filing_document(work: Work, whose: str, about: str, recipient: str) -> Named:
    """备案函 of one filing. `about`: what was filed, see `services.ruling.filings`. Raises Missing."""
    work.require("plan.read", bureau=whose)
    found = [one for one in await filings_of(work, whose, about[:40]) if one.recipient == recipient]
    if not found:
        raise Missing(about[:40], what="备案")
    face = (await here(work, whose)).face
    data = filing_paper(face.name, found[0], simulated=work.app.clock.simulated)
    paper = await set_paper(work.app, "filing", data, found[0].at, link=_filed(whose, about))
    return Named(paper, f"filing-{whose}")


async def minutes_document(work: Work, whose: str, draw_no: int) -> Named:
    """抽取纪要, to be signed on paper. Raises Missing."""
    found = cut_minutes(await minutes_for(work, draw_no, whose), minutes_seen(work, whose))
    if found is None or "m" not in found.body:
        raise Missing(draw_no, what="抽取纪要")
    data = minutes_paper((await here(work, whose)).face.name, found, simulated=work.app.clock.simulated)
    paper = await set_paper(work.app, "minutes", data, work.now, link=f"/b/{whose}/draws/{draw_no}")
    return Named(paper, f"minutes-{whose}-{draw_no}")


async def letter_document(work: Work, audit: UUID) -> Named:
    """稽查通报 as it was sent. Raises Missing."""
    file = await read_told(work, audit)
    data = letter_paper(file, (await here(work)).names, simulated=work.app.clock.simulated)
    paper = await set_paper(work.app, "letter", data, file.case.sent_at or work.now)
    return Named(paper, f"letter-{file.case.period}")


async def archive_document(work: Work, period: Period) -> Named:
    """检查记录存档索引 of a quarter as a numbered, marked copy. Raises Missing, Forbidden."""
    found = await archive_index(work, period)
    marked = await mark_export(work, "visits", found, _id)
    data = archive_paper((await here(work)).face.name, str(period), found, marked.lines)
    return Named(await set_paper(work.app, "archive", data, work.now), f"archive-{period}-{marked.number}")


async def visit_document(work: Work, visit_id: UUID, what: Printed) -> Named:
    """现场监察记录 of one visit as a marked copy, or the order that follows from it. Raises Missing."""
    file = await read_visit(work, visit_id)
    if not _fits(work, file.visit, what):
        raise Missing(visit_id, what=_WORDS[what])
    return await _printed(work, what, [file], str(visit_id))


async def visit_documents(work: Work, period: Period, what: Printed, part: int = 1) -> Named:
    """Those of a quarter in one file, to be printed: accepted records, or the orders that follow from them.

    Args:
        part: 1 for the first `BATCH` of them, 2 for the next, in the order of the sites' codes.

    Raises:
        Missing: there is none in that part, or the reader is not shown what a record says.
    """
    wanted = await to_print(work, period, what)
    chosen = wanted[(part - 1) * BATCH : part * BATCH] if part > 0 else ()
    if not chosen:
        raise Missing(f"{period}/{part}", what=_WORDS[what])
    files = [await read_visit(work, one.id) for one in chosen]
    return await _printed(work, what, files, f"{period}-{part}")


async def to_print(work: Work, period: Period, what: Printed) -> tuple[Visit, ...]:
    """The accepted records of a quarter whose document there is, in the order of the sites' codes."""
    found = await list_visits(work, str(period), "accepted")
    return tuple(sorted((one for one in found if _fits(work, one, what)), key=lambda one: one.site_code))


async def printed_parts(work: Work, period: Period) -> dict[Printed, tuple[int, int]]:
    """What `visit_documents` has of a quarter: how many documents, in how many files; none where 0."""
    found = {what: len(await to_print(work, period, what)) for what in _WORDS}
    return {what: (n, -(-n // BATCH)) for what, n in found.items() if n}


_WORDS: dict[Printed, str] = {"records": "检查记录", "orders": "责令改正决定书"}


def _fits(work: Work, visit: Visit, what: Printed) -> bool:
    if "record" not in work.seen("visit.read"):
        return False
    return what == "records" or (visit.state == "accepted" and bool(visit.form["findings"]))


async def _printed(work: Work, what: Printed, files: Sequence[VisitFile], name: str) -> Named:
    """Of the moment of the newest record, so that the same records give the same bytes."""
    issuer = (await here(work)).face.name
    at = max(one.visit.recorded_at for one in files)
    if what == "orders":
        return Named(await set_paper(work.app, "order", orders_paper(issuer, files), at), f"order-{name}")
    marked = await mark_export(work, "visits", [one.visit for one in files], _id)
    data = records_paper(issuer, files, marked.lines)
    return Named(await set_paper(work.app, "record", data, at), f"record-{marked.number}")


def _filed(bureau: str, about: str) -> str:
    what, _, which = about.partition("/")
    return f"/b/{bureau}/plan/{which.partition('/')[0]}" if what == "plan" else f"/b/{bureau}/draws/{which}"


def _id(visit: Visit) -> str:
    return str(visit.id)
