"""Changes after the draw: two people, and the protocol chooses. Declared absences and recusals.

Answers of POST routes may be kept for their Idempotency-Key, so they hold numbers only; what is sealed is
told by the journalled GET routes alone.
"""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from litestar import Response
from litestar.params import JSONBody, QueryParameter
from msgspec import Meta

from services.api.contract import acts, reads
from services.api.once import InOnce
from services.api.pages import spanned
from services.api.types import LARGEST, NO_NUL, Body, Bureau, Code, Flag, Hash, Index, Number, Out, Slot, show
from services.drawing.changing import LONGEST, MOST, Step
from services.drawing.roll import SourceKind
from services.usecases.approve_change import approve_change
from services.usecases.change_board import change_board, find_visit
from services.usecases.declare import Declared, declare_absence, declare_own_absence, declare_own_recusal
from services.usecases.overdue_draws import overdue_draws
from services.usecases.propose_change import preview_change, propose_change, repeat_change, withdraw_change
from services.usecases.superior_open import superior_open
from services.web.depends import InWork

Kind = Literal["replace", "substitute", "cancel"]
Certificate = Annotated[str, Meta(max_length=64, pattern=NO_NUL)]
Place = Annotated[int, Meta(ge=0, le=LARGEST, description="Slot of the visit.")]
Count = Annotated[int, Meta(ge=1, le=LARGEST, description="Number of the proposal.", examples=[1])]
AskedSlot = Annotated[int, QueryParameter(ge=0, le=LARGEST, description="Slot of the visit.")]
AskedText = Annotated[str, QueryParameter(max_length=LONGEST, pattern=NO_NUL)]
AskedKind = Annotated[Kind, QueryParameter()]


class StepBody(Body):
    """One change asked for; the protocol chooses what comes in.

    `reason`: of replace and cancel one of closed_down, moved_away, duplicate, cap_reached, force_majeure; of
    substitute in words that are published with the bundle. `absent`: the officer is away all day.
    """

    kind: Kind
    slot: Place
    reason: Annotated[str, Meta(min_length=1, max_length=LONGEST, pattern=NO_NUL)]
    certificate: Certificate = ""
    absent: bool = False


class ChangeOrder(Body):
    """Steps in the order in which they are made; approved together or not at all."""

    steps: Annotated[tuple[StepBody, ...], Meta(min_length=1, max_length=MOST)]


class ChangeApproval(Body):
    """`proposal`: number of the one read."""

    proposal: Count


class ProposedOut(Out):
    """A proposal that waits for another person; `repeated`: the same one was open already."""

    draw_no: int
    n: Count
    steps: int
    repeated: bool


class MadeOut(Out):
    """An event: its salted hash, and where it stands in the public log."""

    n: int
    h: Hash
    index: Index


class ChangedOut(Out):
    """What an approval made; no site, no officer. `repeated`: the same person had approved it before."""

    draw_no: int
    proposal: Count
    events: tuple[MadeOut, ...]
    repeated: bool


class SourceOut(Out):
    """From where it is known that an officer cannot go; `by_proposer`: declared by who proposes the change.

    `at` is null for an absence that is declared with the proposal.
    """

    kind: SourceKind
    by: str
    at: datetime | None
    by_proposer: bool


class PassedOut(Out):
    """An officer passed over, and every source that says so."""

    name: str
    sources: tuple[SourceOut, ...]


class ShownOut(Out):
    """A change in clear, for those who may propose or approve it.

    `reserve`: the site that comes in, told to dispatchers only. `passed`: passed over as away, in order.
    """

    kind: Kind
    slot: int
    state: str
    visit_on: date | None
    site: str
    code: str
    reason: str
    team: tuple[str, ...]
    out: str
    into: str
    passed: tuple[PassedOut, ...]
    stratum: str
    rank: int | None
    reserve: str
    then: tuple[str, ...]


class LineOut(Out):
    """A proposal; `made`: what the protocol makes of it now, while it is open."""

    n: Count
    by: str
    at: datetime
    state: Literal["open", "stale", "approved", "withdrawn"]
    made: tuple[ShownOut, ...]
    events: tuple[int, ...]
    approved_by: str


class VisitLineOut(Out):
    """A dispatched visit; `wanting`: certificates on its team that are absent or recused."""

    slot: int
    state: str
    visit_on: date | None
    wanting: tuple[str, ...]


class ChangesOut(Out):
    """Proposals, newest first; visits that may be changed; number of events so far."""

    draw_no: int
    events: int
    lines: tuple[LineOut, ...]
    visits: tuple[VisitLineOut, ...]


class FoundOut(Out):
    """The slot of a drawn site."""

    slot: int


class Absence(Body):
    """Left out, the certificate is the caller's own and the day is today."""

    certificate: Certificate = ""
    day: date | None = None


class DeclaredOut(Out):
    """What stands now. `repeated`: it stood already."""

    kind: Literal["absence", "recusal"]
    certificate: str
    repeated: bool


class OverdueOut(Out):
    """A draw below past its day of opening; `outstanding`: visits not settled, null if not shown."""

    bureau: Code
    draw_no: int
    period: str
    kind: str
    reveal_by: date
    outstanding: int | None


class PackOut(Out):
    """The superior's copy: `sealed` and `copies` open on its own device only (`shuangsui witness open`)."""

    manifest: dict[str, Any]
    copies: dict[str, str]
    beacon: dict[str, Any]
    published: dict[str, str]
    sealed: str


@reads("/bureaus/{bureau:str}/draws/{draw_no:int}/changes", action="draw.change")
async def list_changes(work: InWork, bureau: Bureau, draw_no: Number) -> ChangesOut:
    """Changes of a draw, proposed and made. The reading is journalled."""
    work.require("draw.change", bureau=bureau)
    board = await change_board(work, draw_no)
    return ChangesOut(
        draw_no=draw_no,
        events=board.events,
        lines=tuple(show(one, LineOut) for one in board.lines),
        visits=tuple(show(one, VisitLineOut) for one in board.visits),
    )


@reads("/bureaus/{bureau:str}/draws/{draw_no:int}/changes/preview", action="draw.change")
async def preview_one_change(
    work: InWork,
    bureau: Bureau,
    draw_no: Number,
    kind: AskedKind,
    slot: AskedSlot,
    reason: AskedText,
    certificate: AskedText = "",
    absent: Flag = False,
) -> list[ShownOut]:
    """What the protocol would make of one step. The reading is journalled."""
    work.require("draw.change", bureau=bureau)
    found = await preview_change(work, draw_no, (Step(kind, slot, reason, certificate, absent),))
    return [show(one, ShownOut) for one in found]


@reads("/bureaus/{bureau:str}/draws/{draw_no:int}/changes/visit", action="draw.change")
async def find_drawn_visit(work: InWork, bureau: Bureau, draw_no: Number, code: AskedText) -> FoundOut:
    """Whether one site is among the visits still to come, for dispatchers. The look-up is journalled."""
    work.require("draw.change", bureau=bureau)
    return FoundOut(slot=await find_visit(work, draw_no, code))


@acts("/bureaus/{bureau:str}/draws/{draw_no:int}/changes", action="draw.change")
async def change(
    once: InOnce, bureau: Bureau, draw_no: Number, data: JSONBody[ChangeOrder]
) -> Response[ProposedOut]:
    """Propose changes of visits not recorded yet; nothing changes until another person approves."""
    steps = tuple(Step(s.kind, s.slot, s.reason, s.certificate, s.absent) for s in data.steps)
    return await once.run(
        lambda work: propose_change(work, draw_no, steps), lambda made: show(made, ProposedOut)
    )


@acts("/bureaus/{bureau:str}/draws/{draw_no:int}/changes/repetition", action="draw.change")
async def repeat_stale_change(
    once: InOnce, bureau: Bureau, draw_no: Number, data: JSONBody[ChangeApproval]
) -> Response[ProposedOut]:
    """Propose a stale proposal anew on the list as it stands; the former one is withdrawn."""
    return await once.run(
        lambda work: repeat_change(work, draw_no, data.proposal), lambda made: show(made, ProposedOut)
    )


@acts("/bureaus/{bureau:str}/draws/{draw_no:int}/changes/withdrawal", action="draw.change", status_code=200)
async def withdraw_proposed_change(
    once: InOnce, bureau: Bureau, draw_no: Number, data: JSONBody[ChangeApproval]
) -> Response[ChangeApproval]:
    """Withdraw or decline an open proposal."""
    return await once.run(
        lambda work: withdraw_change(work, draw_no, data.proposal),
        lambda _: ChangeApproval(proposal=data.proposal),
    )


@acts("/bureaus/{bureau:str}/draws/{draw_no:int}/changes/approval", action="draw.change_approve")
async def approve_proposed_change(
    once: InOnce, bureau: Bureau, draw_no: Number, data: JSONBody[ChangeApproval]
) -> Response[ChangedOut]:
    """Approve a proposal of somebody else; a stale one is refused and has to be proposed again."""
    return await once.run(
        lambda work: approve_change(work, draw_no, data.proposal), lambda done: show(done, ChangedOut)
    )


@acts("/bureaus/{bureau:str}/absences", action="task.declare")
async def declare_officer_absent(
    once: InOnce, bureau: Bureau, data: JSONBody[Absence]
) -> Response[DeclaredOut]:
    """Declare that an officer is away on a day: dispatchers for anyone, officers for themselves."""
    if data.certificate:
        return await once.run(lambda work: declare_absence(work, data.certificate, data.day), _declared)
    return await once.run(lambda work: declare_own_absence(work, data.day), _declared)


@acts("/bureaus/{bureau:str}/draws/{draw_no:int}/visits/{slot:int}/recusal", action="task.declare")
async def declare_recusal(once: InOnce, bureau: Bureau, draw_no: Number, slot: Slot) -> Response[DeclaredOut]:
    """Recuse oneself from one's own visit, also at the door; a substitution follows."""
    return await once.run(lambda work: declare_own_recusal(work, draw_no, slot), _declared)


@reads("/overdue-draws", action="draw.read", noted=True)
async def list_overdue_draws(work: InWork) -> Response[list[OverdueOut]]:
    """Draws of the bureaus directly below that are past their day of opening and still closed."""
    return spanned(await overdue_draws(work), lambda one: show(one, OverdueOut))


@reads("/overdue-draws/{district:str}/{draw_no:int}", action="draw.superior_open", noted=True)
async def get_superior_copy(work: InWork, district: Bureau, draw_no: Number) -> PackOut:
    """The superior's sealed copy, from the draw's day of opening on; both bureaus' journals say so."""
    return PackOut(**(await superior_open(work, district, draw_no)).body)


def _declared(done: Declared) -> DeclaredOut:
    return show(done, DeclaredOut)


routes = [
    list_changes,
    preview_one_change,
    find_drawn_visit,
    change,
    repeat_stale_change,
    withdraw_proposed_change,
    approve_proposed_change,
    declare_officer_absent,
    declare_recusal,
    list_overdue_draws,
    get_superior_copy,
]
