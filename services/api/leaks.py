"""Leak cases and copies for programs. Acts answer numbers and states; papers are told by GET alone."""

from datetime import date, datetime
from typing import Annotated, Literal, cast

import msgspec
from litestar import Response
from litestar.params import JSONBody, PathParameter
from msgspec import Meta

from policies.secrecy.leak import Measure
from services.api.contract import acts, reads
from services.api.once import InOnce
from services.api.pages import spanned
from services.api.types import LARGEST, NO_NUL, Body, Bureau, Code, Number, Out, Words, show
from services.fanout import Spanned
from services.usecases.close_leak import close_leak, note_measure
from services.usecases.decide_leak import decide_leak, send_leak_back
from services.usecases.list_exports import list_exports
from services.usecases.plan_cars import cars
from services.usecases.propose_leak import propose_leak
from services.usecases.report_leak import LeakReport, report_leak
from services.usecases.show_leak import leak_cases, leak_counts, show_leak
from services.usecases.trace_leak import trace_leak
from services.web.depends import InWork
from tenants.secrecy_rows import LeakCase

Case = Annotated[int, PathParameter(ge=1, le=LARGEST, description="Number of the case in its bureau.")]
Count = Annotated[int, Meta(ge=1, le=LARGEST)]
Place = Annotated[int, Meta(ge=0, le=LARGEST)]
Line = Annotated[str, Meta(max_length=1000, pattern=NO_NUL)]
State = Literal["reported", "proposed", "decided", "closed"]
Finding = Literal["founded", "unfounded"]
Kind = Annotated[str, Meta(pattern=r"^[a-z_]{1,40}$")]


class LeakBody(Body):
    """A report. `lines`: the found list in its order, which is what tracing rests on; it is sealed."""

    draw_no: Count
    channel: Kind
    seen_on: date
    words: Words
    slots: Annotated[tuple[Place, ...], Meta(max_length=1000)] = ()
    lines: Annotated[tuple[Line, ...], Meta(max_length=2000)] = ()


class MeasureBody(Body):
    """A measure; `ref`: number of the change proposal that carries it out. `words` are sealed."""

    kind: Kind
    words: Words = ""
    ref: Count | None = None


class LeakProposal(Body):
    """A finding with its reasons, which are sealed, and measures."""

    finding: Finding
    words: Words = ""
    measures: Annotated[tuple[MeasureBody, ...], Meta(max_length=20)] = ()


class LeakDecision(Body):
    """`proposal`: number of the one read. `approve` false sends it back."""

    proposal: Count
    approve: bool = True


class MeasureDone(Body):
    """Measure `k` is carried out; a change by proposal `ref`."""

    k: Count
    ref: Count | None = None


class LeakOut(Out):
    """A case without its papers."""

    n: int
    draw_no: int
    slots: tuple[int, ...]
    channel: str
    seen_on: date
    state: State
    list_mac: str | None
    proposal: int
    finding: Finding | None
    reported_by: str
    at: datetime
    proposed_by: str | None
    decided_by: str | None
    closed_by: str | None


class LeakMeasureOut(Out):
    """A measure of the proposal that counts."""

    k: int
    kind: str
    name: str
    words: str
    done: bool


class LeakPapers(Out):
    """A case with its papers opened, which is journalled."""

    case: LeakOut
    words: str
    lines: tuple[str, ...]
    proposal: str
    measures: tuple[LeakMeasureOut, ...]


class LeakCount(Out):
    """How many cases of a bureau are in a state."""

    bureau: Code
    state: State
    number: int


class SuspectOut(Out):
    """A copy a found list may come from; `distance` of `pairs` stand the other way round."""

    number: int
    kind: str
    reader: str
    reader_name: str
    at: datetime
    probability: float
    distance: int
    pairs: int
    strays: int


class TraceOut(Out):
    """`named`: the copy whose probability reaches `limit`, if any. `none`: that it is none of them."""

    rows: int
    unknown: int
    unclear: int
    none: float
    named: int | None
    limit: float
    false_at_most: float
    suspects: tuple[SuspectOut, ...]


class ExportOut(Out):
    """A copy that was taken."""

    n: int
    kind: str
    draw_no: int | None
    reader: str
    reader_name: str
    count: int
    at: datetime


class RideOut(Out):
    """What a car needs of a visit; `missing`: the other bureau's database gives no answer now."""

    slot: int
    visit_on: date
    team: tuple[str, ...]
    joint: bool
    name: str
    place: str
    missing: bool


@reads("/bureaus/{bureau:str}/leaks", action="leak.handle", read_only=True)
async def list_leaks(work: InWork, bureau: Bureau) -> tuple[LeakOut, ...]:
    """Leak cases of the own bureau, newest first; no paper is opened."""
    del bureau
    return tuple(_out(case) for case in await leak_cases(work))


@acts("/bureaus/{bureau:str}/leaks", action="leak.report")
async def report_a_leak(once: InOnce, bureau: Bureau, data: JSONBody[LeakBody]) -> Response[LeakOut]:
    """Report that a drawn list came out. The report and the list are sealed at once."""
    report = LeakReport(data.draw_no, data.channel, data.seen_on, data.words, data.slots, data.lines)
    return await once.run(lambda work: report_leak(work, report), _out)


@reads("/bureaus/{bureau:str}/leaks/{n:int}", action="leak.handle")
async def get_leak(work: InWork, bureau: Bureau, n: Case) -> LeakPapers:
    """A case with its papers; every opening is journalled."""
    del bureau
    found = await show_leak(work, n)
    told = tuple(
        LeakMeasureOut(k=m.measure.k, kind=m.measure.kind, name=m.name, words=m.words, done=m.done)
        for m in found.measures
    )
    return LeakPapers(
        case=_out(found.case), words=found.words, lines=found.lines, proposal=found.proposal, measures=told
    )


@acts("/bureaus/{bureau:str}/leaks/{n:int}/trace", action="leak.handle")
async def trace_found_list(once: InOnce, bureau: Bureau, n: Case) -> Response[TraceOut]:
    """Rank the copies given out by how well their order of rows fits the found list; kept with the case."""
    return await once.run(lambda work: trace_leak(work, n), lambda made: _traced(made.as_dict()))


@acts("/bureaus/{bureau:str}/leaks/{n:int}/proposal", action="leak.handle")
async def propose_for_leak(
    once: InOnce, bureau: Bureau, n: Case, data: JSONBody[LeakProposal]
) -> Response[LeakOut]:
    """Propose a finding and measures; another person decides."""
    measures = [Measure(one.kind, one.words, one.ref) for one in data.measures]
    return await once.run(lambda work: propose_leak(work, n, data.finding, data.words, measures), _out)


@acts("/bureaus/{bureau:str}/leaks/{n:int}/decision", action="leak.decide")
async def decide_for_leak(
    once: InOnce, bureau: Bureau, n: Case, data: JSONBody[LeakDecision]
) -> Response[LeakOut]:
    """Approve the proposal that was read, or send it back; never by the one who proposed."""

    decide = decide_leak if data.approve else send_leak_back
    return await once.run(lambda work: decide(work, n, data.proposal), _out)


@acts("/bureaus/{bureau:str}/leaks/{n:int}/measures", action="leak.handle")
async def note_leak_measure(
    once: InOnce, bureau: Bureau, n: Case, data: JSONBody[MeasureDone]
) -> Response[LeakOut]:
    """Note that a measure is carried out; a void or a change counts once it is approved."""
    return await once.run(lambda work: note_measure(work, n, data.k, data.ref), _out)


@acts("/bureaus/{bureau:str}/leaks/{n:int}/closing", action="leak.handle")
async def close_a_leak(once: InOnce, bureau: Bureau, n: Case) -> Response[LeakOut]:
    """Close a decided case whose measures are all carried out."""
    return await once.run(lambda work: close_leak(work, n), _out)


@reads("/leaks/counts", action="leak.count", noted=True)
async def count_leaks(work: InWork) -> Response[list[LeakCount]]:
    """How many cases the visible bureaus have, by state; nothing of what they are about."""
    asked = await leak_counts(work)
    rows = [(bureau, state, number) for bureau, by in asked.found for state, number in by.items()]
    return spanned(Spanned(tuple(rows), asked.absent), _count)


def _count(row: tuple[str, str, int]) -> LeakCount:
    return LeakCount(bureau=row[0], state=cast("State", row[1]), number=row[2])


@reads("/bureaus/{bureau:str}/exports", action="export.read", read_only=True)
async def list_copies(work: InWork, bureau: Bureau) -> tuple[ExportOut, ...]:
    """Copies of unpublished lists that were taken, newest first."""
    del bureau
    return tuple(show(one, ExportOut) for one in await list_exports(work))


@reads("/bureaus/{bureau:str}/draws/{draw_no:int}/cars", action="sealed.read")
async def get_cars(work: InWork, bureau: Bureau, draw_no: Number) -> tuple[RideOut, ...]:
    """Names and places for cars, today and the next working day; every look is journalled."""
    del bureau
    return tuple(show(one, RideOut) for one in await cars(work, draw_no))


def _out(case: LeakCase) -> LeakOut:
    return show(case, LeakOut)


def _traced(made: dict[str, object]) -> TraceOut:
    return msgspec.convert(made, TraceOut)


routes = [
    list_leaks,
    report_a_leak,
    get_leak,
    trace_found_list,
    propose_for_leak,
    decide_for_leak,
    note_leak_measure,
    close_a_leak,
    count_leaks,
    list_copies,
    get_cars,
]
