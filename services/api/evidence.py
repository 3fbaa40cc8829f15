"""What shows that sites are special: criteria of the rules, dated records, withdrawals."""

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response
from litestar.params import JSONBody
from msgspec import Meta

from policies.roster.evidence import NewEvidence
from services.api.contract import acts, reads
from services.api.once import InOnce
from services.api.pages import Page, paged, unpack_text
from services.api.types import (
    NO_NUL,
    Body,
    Bureau,
    Cursor,
    Flag,
    KeyInPath,
    Limit,
    Out,
    Reason,
    SiteCode,
    Words,
    show,
)
from services.usecases.site_evidence import (
    Entered,
    criteria_of,
    end_special,
    enter_evidence,
    evidence_of,
    withdraw_evidence,
)
from services.views.evidence import EvidenceFace, special_faces
from services.web.depends import InWork
from tenants.evidence_rows import Evidence

Code = Annotated[str, Meta(min_length=1, max_length=40, pattern=NO_NUL)]
Codes = Annotated[list[Code], Meta(min_length=1, max_length=200)]
Text = Annotated[str, Meta(min_length=1, max_length=300, pattern=NO_NUL)]


class CriterionOut(Out):
    """A case in which a site is special; `mark`: how far the citation was checked, `quote`: its words."""

    key: str
    words: str
    cite: str
    mark: str
    quote: str


class EvidenceOut(Out):
    """A dated record. `stands`: it counts today. `withdrawn_*`: null unless it was withdrawn."""

    id: UUID
    code: str
    criterion: str
    words: str
    cite: str
    mark: str
    quote: str
    document: str
    dated: date
    until: date | None
    note: str
    at: datetime
    by: str
    by_name: str
    stands: bool
    withdrawn_at: datetime | None
    withdrawn_by: str | None
    withdrawn_why: str | None


class EvidenceOrder(Body):
    """`criterion`: a key of the bureau's criteria; its own words where the rules name none."""

    codes: Codes
    criterion: Text
    document: Text
    dated: date
    note: Words = ""
    until: date | None = None


class EnteredOut(Out):
    """`made`: sites that became special by it. `batch`: the change of the roster; null where none was due."""

    records: list[UUID]
    made: list[str]
    batch: UUID | None


class SpecialOut(Out):
    """A special site with the records that stand for it."""

    code: str
    name: str
    cases: tuple[str, ...]
    standing: list[EvidenceOut]


class Withdrawal(Body):
    """Why a record is withdrawn, or a site is no longer special."""

    why: Reason


class EndedOut(Out):
    """`batch` is undone as an import is."""

    batch: UUID


@reads("/bureaus/{bureau:str}/special-criteria", action="site.read")
async def list_special_criteria(work: InWork, bureau: Bureau) -> list[CriterionOut]:
    """Criteria of special sites by the bureau's rules of today, each with its clause."""
    work.require("site.read", bureau=bureau)
    return [show(one, CriterionOut) for one in await criteria_of(work, bureau)]


@reads("/bureaus/{bureau:str}/special-sites", action="site.read")
async def list_special_sites(
    request: Request[Any, Any, Any],
    work: InWork,
    bureau: Bureau,
    lacking: Flag = False,
    cursor: Cursor = "",
    limit: Limit = 50,
) -> Response[Page[SpecialOut]]:
    """Special sites in production or suspended; `lacking`: only those for which no record stands."""
    rows = await special_faces(work, bureau, only=lacking, after=unpack_text(cursor), most=limit + 1)
    return paged(request, rows, limit, key=lambda one: one.site.code, form=_special)


@reads("/bureaus/{bureau:str}/sites/{code:str}/evidence", action="site.read")
async def list_site_evidence(work: InWork, bureau: Bureau, code: SiteCode) -> list[EvidenceOut]:
    """Records of one site, newest first, withdrawn ones too."""
    return [_out(one, work.today) for one in await evidence_of(work, bureau, code)]


@acts("/bureaus/{bureau:str}/evidence", action="site.import")
async def enter_site_evidence(
    once: InOnce, bureau: Bureau, data: JSONBody[EvidenceOrder]
) -> Response[EnteredOut]:
    """Enter one document for the sites it names; those not special yet become so."""
    new = NewEvidence(data.criterion, data.document, data.dated, data.note, data.until)
    return await once.run(lambda work: enter_evidence(work, data.codes, new), _entered)


@acts("/bureaus/{bureau:str}/evidence/{evidence:uuid}/withdraw", action="site.import")
async def withdraw_site_evidence(
    once: InOnce, bureau: Bureau, evidence: KeyInPath, data: JSONBody[Withdrawal]
) -> Response[EvidenceOut]:
    """Withdraw a record with a reason; the site stays special until that is ended too."""
    today = once.work.today
    return await once.run(
        lambda work: withdraw_evidence(work, evidence, data.why), lambda row: _out(row, today)
    )


@acts("/bureaus/{bureau:str}/sites/{code:str}/special/end", action="site.import")
async def end_special_site(
    once: InOnce, bureau: Bureau, code: SiteCode, data: JSONBody[Withdrawal]
) -> Response[EndedOut]:
    """The site is no longer special; what stood for it is withdrawn."""
    return await once.run(lambda work: end_special(work, code, data.why), lambda batch: EndedOut(batch=batch))


def _out(row: Evidence, today: date) -> EvidenceOut:
    names = [name for name in EvidenceOut.__struct_fields__ if name != "stands"]
    return EvidenceOut(**{name: getattr(row, name) for name in names}, stands=row.stands(today))


def _special(face: EvidenceFace) -> SpecialOut:
    site = face.site
    rows = [_out(one, face.today) for one in face.standing]
    return SpecialOut(code=site.code, name=site.name, cases=site.special_cases, standing=rows)


def _entered(made: Entered) -> EnteredOut:
    return EnteredOut(records=[one.id for one in made.records], made=list(made.made), batch=made.batch)


routes = [
    list_special_criteria,
    list_special_sites,
    list_site_evidence,
    enter_site_evidence,
    withdraw_site_evidence,
    end_special_site,
]
