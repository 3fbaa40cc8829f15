"""Official documents of the city: the letter of an audit, the yearly workbook."""

from typing import Any
from uuid import UUID

from litestar import Request, Response, get
from litestar.params import FromPath, FromQuery

from services.city.workbook import year_of
from services.exporting import mark_export
from services.usecases.show_audit import read_audit
from services.views.audit_year import audit_year, sheets_of
from services.views.desk import here
from services.views.official import set_paper
from services.views.papers import letter_paper, marks
from services.web.depends import InWork
from services.web.papers import as_answer

AnyRequest = Request[Any, Any, Any]


@get("/city/audits/{audit:uuid}/letter/document", action="audit.read")
async def letter(request: AnyRequest, work: InWork, audit: FromPath[UUID]) -> Response[bytes]:
    """The letter as it is sent, or its draft."""
    file, where = await read_audit(work, audit), await here(work)
    data = letter_paper(file, where.names, simulated=work.app.clock.simulated)
    at = file.case.sent_at or work.now
    return as_answer(request, await set_paper(work.app, "letter", data, at), f"letter-{file.case.period}")


@get("/city/workbook/document", action="city.compare", noted=True)
async def workbook(request: AnyRequest, work: InWork, year: FromQuery[str] = "") -> Response[bytes]:
    """The yearly workbook as a numbered, marked copy for paper."""
    wanted = year_of(work, year)
    found = await audit_year(work, wanted)
    marked = await mark_export(work, "audit", found.cases, lambda one: str(one.id))
    data = {
        "issuer": found.here.face.name,
        "year": wanted,
        "marks": marks(simulated=work.app.clock.simulated),
        "lines": list(marked.lines),
        "sheets": [
            {"name": one.name, "headings": list(one.headings), "rows": [list(row) for row in one.rows]}
            for one in sheets_of(found, ())
        ],
    }
    paper = await set_paper(work.app, "workbook", data, work.now)
    return as_answer(request, paper, f"audit-{wanted}-{marked.number}")


routes = [letter, workbook]
