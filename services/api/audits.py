"""Audits of bureaus below: opened, drawn, checked, sent, answered, followed up; at either side's address."""

from datetime import date, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import Response
from litestar.params import JSONBody
from msgspec import Meta

from services.api.contract import acts, reads
from services.api.once import InOnce
from services.api.types import NO_NUL, Body, Bureau, Code, Hash, KeyInPath, Out, Period, show
from services.usecases.answer_audit import Answer, answer_finding, finish_measure
from services.usecases.check_record import Verdict, check_record
from services.usecases.draw_audit import draw_audit
from services.usecases.find_audit import NewFinding, add_finding, drop_finding
from services.usecases.open_audit import AuditOrder, open_audit
from services.usecases.send_audit import propose_letter, return_letter, send_letter
from services.usecases.settle_audit import settle_finding
from services.usecases.show_audit import AuditFile, audits_of, audits_told, read_audit, read_told
from services.web.depends import InWork
from tenants.audit_rows import AuditCase, AuditCheck, AuditFinding

Text = Annotated[str, Meta(min_length=1, max_length=2000, pattern=NO_NUL)]
Letter = Annotated[str, Meta(min_length=1, max_length=6000, pattern=NO_NUL)]
Line = Annotated[str, Meta(min_length=1, max_length=100, pattern=NO_NUL)]
Rank = Annotated[int, Meta(ge=1, le=99999)]
Kind = Literal[
    "not_done", "late", "unpublished", "record", "caps", "roster", "procedure", "secrecy", "other"
]  # fmt: skip


class AuditBody(Body):
    """Whose quarter, and how many of its records are re-checked; fixed from then on."""

    district: Code
    period: Period
    size: Annotated[int, Meta(ge=0, le=9999)]
    beacon: Literal["spoken", "drand"] = "spoken"


class BeaconBody(Body):
    """Evidence of the beacon agreed on: {"digits": "…"} or {"signature": "…"}."""

    evidence: dict[str, Any]


class VerdictBody(Body):
    """What came of one re-check; `k`: rank in the sample.

    `read`: `at` of the verdict that was read before, "" if there was none; left out, any is replaced.
    """

    k: Rank
    method: Literal["papers", "site"]
    verdict: Literal["confirmed", "partly", "contradicted", "unclear"]
    words: Text
    read: Annotated[str, Meta(max_length=40, pattern=NO_NUL)] | None = None


class FindingBody(Body):
    """A finding; `check`: rank of the re-check it rests on."""

    kind: Kind
    text: Text
    check: Rank | None = None


class DropBody(Body):
    """A finding that is dropped before the letter, and why."""

    n: Rank
    why: Text


class LetterBody(Body):
    """The letter and the last day of the answer."""

    letter: Letter
    answer_by: date


class WhyBody(Body):
    """Why the draft goes back."""

    why: Text


class SendBody(Body):
    """`digest`: fingerprint of the letter that was read."""

    digest: Hash


class SettleBody(Body):
    """The superior's word on an answer: settled, or sent back for another one."""

    n: Rank
    accept: bool
    words: Text


class AnswerBody(Body):
    """Who is responsible for a finding, what is done about it, by when."""

    n: Rank
    responsible: Line
    post: Line
    measure: Literal["correct", "talk", "criticise", "train", "discipline", "other"]
    words: Text
    due: date


class DoneBody(Body):
    """How a measure was carried out."""

    n: Rank
    words: Text


class AuditOut(Out):
    """An audit in short. `bureau` audits `district`; `state`: open, proposed, sent, closed."""

    bureau: Code
    id: UUID
    district: Code
    period: Period
    state: str
    size: int
    records: int
    root: Hash
    commitment: Hash
    beacon_at: str
    opened_at: datetime
    drawn_at: datetime | None
    answer_by: date | None
    sent_at: datetime | None
    number: int | None
    closed_at: datetime | None


class CheckOut(Out):
    """A record drawn for a re-check."""

    k: int
    visit: UUID
    key: str
    record_sha256: Hash
    method: str | None
    verdict: str | None
    words: str | None
    at: datetime | None


class FindingOut(Out):
    """A finding and its follow-up. `state`: drafted, dropped, sent, answered, done, closed."""

    n: int
    kind: str
    text: str
    state: str
    check_k: int | None
    responsible: str | None
    post: str | None
    measure: str | None
    words: str | None
    due: date | None
    done_words: str | None
    settled_words: str | None
    rounds: int


class AuditFileOut(Out):
    """An audit, whole. `sample`: all that the sample follows from; `proof`: its four steps, null = not yet.

    `digest`: fingerprint of the letter, once it is drafted.
    """

    audit: AuditOut
    letter: str | None
    digest: str
    m: Hash
    sample: dict[str, Any]
    proof: tuple[bool | None, ...]
    checks: tuple[CheckOut, ...]
    findings: tuple[FindingOut, ...]


@reads("/bureaus/{bureau:str}/audits", action="audit.read")
async def list_audits(work: InWork, bureau: Bureau) -> list[AuditOut]:
    """Audits of bureaus below, the latest first."""
    return [show(one, AuditOut) for one in await audits_of(work)]


@acts("/bureaus/{bureau:str}/audits", action="audit.open")
async def open_an_audit(once: InOnce, bureau: Bureau, data: JSONBody[AuditBody]) -> Response[AuditOut]:
    """Fix the frame of a sample; both journals hold its fingerprint."""
    order = AuditOrder(data.district, data.period, data.size, data.beacon)
    return await once.run(lambda work: open_audit(work, order), _case)


@reads("/bureaus/{bureau:str}/audits/{audit:uuid}", action="audit.read")
async def get_audit(work: InWork, bureau: Bureau, audit: KeyInPath) -> AuditFileOut:
    """One audit with its sample, re-checks and findings."""
    return _file(await read_audit(work, audit))


@acts("/bureaus/{bureau:str}/audits/{audit:uuid}/draw", action="audit.draw")
async def draw_audit_sample(
    once: InOnce, bureau: Bureau, audit: KeyInPath, data: JSONBody[BeaconBody]
) -> Response[list[CheckOut]]:
    """Draw the records to be re-checked, once."""
    return await once.run(lambda work: draw_audit(work, audit, data.evidence), _checks)


@acts("/bureaus/{bureau:str}/audits/{audit:uuid}/checks", action="audit.check")
async def note_verdict(
    once: InOnce, bureau: Bureau, audit: KeyInPath, data: JSONBody[VerdictBody]
) -> Response[CheckOut]:
    """Note the verdict on one record."""
    said = Verdict(data.method, data.verdict, data.words, data.read)
    return await once.run(lambda work: check_record(work, audit, data.k, said), _check)


@acts("/bureaus/{bureau:str}/audits/{audit:uuid}/findings", action="audit.find")
async def note_finding(
    once: InOnce, bureau: Bureau, audit: KeyInPath, data: JSONBody[FindingBody]
) -> Response[FindingOut]:
    """Note a finding."""
    new = NewFinding(data.kind, data.text, data.check)
    return await once.run(lambda work: add_finding(work, audit, new), _finding)


@acts("/bureaus/{bureau:str}/audits/{audit:uuid}/findings/drop", action="audit.find")
async def drop_noted_finding(
    once: InOnce, bureau: Bureau, audit: KeyInPath, data: JSONBody[DropBody]
) -> Response[None]:
    """Drop a finding before the letter is drafted; it stays with why."""
    return await once.run(lambda work: drop_finding(work, audit, data.n, data.why), lambda _: None)


@acts("/bureaus/{bureau:str}/audits/{audit:uuid}/letter", action="audit.propose")
async def draft_letter(
    once: InOnce, bureau: Bureau, audit: KeyInPath, data: JSONBody[LetterBody]
) -> Response[AuditOut]:
    """Draft the letter; another person sends it."""
    return await once.run(lambda work: propose_letter(work, audit, data.letter, data.answer_by), _case)


@acts("/bureaus/{bureau:str}/audits/{audit:uuid}/return", action="audit.return")
async def return_drafted_letter(
    once: InOnce, bureau: Bureau, audit: KeyInPath, data: JSONBody[WhyBody]
) -> Response[AuditOut]:
    """Send the draft back."""
    return await once.run(lambda work: return_letter(work, audit, data.why), _case)


@acts("/bureaus/{bureau:str}/audits/{audit:uuid}/send", action="audit.approve")
async def send_audit_letter(
    once: InOnce, bureau: Bureau, audit: KeyInPath, data: JSONBody[SendBody]
) -> Response[AuditOut]:
    """Approve the letter and send it to the audited bureau."""
    return await once.run(lambda work: send_letter(work, audit, data.digest), _case)


@acts("/bureaus/{bureau:str}/audits/{audit:uuid}/settle", action="audit.settle")
async def settle_answer(
    once: InOnce, bureau: Bureau, audit: KeyInPath, data: JSONBody[SettleBody]
) -> Response[FindingOut]:
    """Settle a finding, or send its answer back."""
    return await once.run(
        lambda work: settle_finding(work, audit, data.n, accept=data.accept, words=data.words), _finding
    )


@reads("/bureaus/{bureau:str}/audits-told", action="audit.told")
async def list_audits_told(work: InWork, bureau: Bureau) -> list[AuditOut]:
    """Audits of this bureau that were sent to it, the latest first."""
    return [show(one, AuditOut) for one in await audits_told(work)]


@reads("/bureaus/{bureau:str}/audits-told/{audit:uuid}", action="audit.told")
async def get_audit_told(work: InWork, bureau: Bureau, audit: KeyInPath) -> AuditFileOut:
    """One of them."""
    return _file(await read_told(work, audit))


@acts("/bureaus/{bureau:str}/audits-told/{audit:uuid}/answer", action="audit.answer")
async def answer_audit_finding(
    once: InOnce, bureau: Bureau, audit: KeyInPath, data: JSONBody[AnswerBody]
) -> Response[FindingOut]:
    """Answer a finding."""
    given = Answer(data.responsible, data.post, data.measure, data.words, data.due)
    return await once.run(lambda work: answer_finding(work, audit, data.n, given), _finding)


@acts("/bureaus/{bureau:str}/audits-told/{audit:uuid}/done", action="audit.done")
async def report_measure(
    once: InOnce, bureau: Bureau, audit: KeyInPath, data: JSONBody[DoneBody]
) -> Response[FindingOut]:
    """Report that a measure was carried out."""
    return await once.run(lambda work: finish_measure(work, audit, data.n, data.words), _finding)


def _case(one: AuditCase) -> AuditOut:
    return show(one, AuditOut)


def _check(one: AuditCheck) -> CheckOut:
    return show(one, CheckOut)


def _checks(found: tuple[AuditCheck, ...]) -> list[CheckOut]:
    return [_check(one) for one in found]


def _finding(one: AuditFinding) -> FindingOut:
    return show(one, FindingOut)


def _file(file: AuditFile) -> AuditFileOut:
    return AuditFileOut(
        audit=_case(file.case),
        letter=file.case.letter,
        digest=file.digest,
        m=file.m,
        sample=file.material(),
        proof=tuple(one.ok for one in file.proof),
        checks=tuple(_check(one) for one in file.checks),
        findings=tuple(_finding(one) for one in file.findings),
    )


routes = [
    list_audits,
    open_an_audit,
    get_audit,
    draw_audit_sample,
    note_verdict,
    note_finding,
    drop_noted_finding,
    draft_letter,
    return_drafted_letter,
    send_audit_letter,
    settle_answer,
    list_audits_told,
    get_audit_told,
    answer_audit_finding,
    report_measure,
]
