"""What the stores hand out: frozen values with the fields of a record, never database rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, NamedTuple
from uuid import UUID, uuid4

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class BureauEntry:
    """A bureau with its place in the tree and where its data lives."""

    code: str
    name: str
    level: Literal["province", "city", "county"]
    parent: str | None
    path: tuple[str, ...]
    labels: Mapping[str, Any] = field(hash=False)
    database: str = "shared"


@dataclass(frozen=True, slots=True)
class Membership:
    """A login holds a role in a bureau from one day to another (inclusive; None = open).

    Attributes:
        ended_at: when it was ended; it holds no more from that moment, while `valid_until`, the day of it,
            stays a day the person held it on.
        origin: `one` person granted it, `two` did, it is of the first two people of a bureau (`founding`),
            or it was kept before this was told apart (`earlier`).
        grant_id: the proposal two people agreed on; None but for `two`.
        suspended_at: since when it rests, after the login got a new password or lost its second factor; it
            holds again from `restored_at`, when a second person had seen whose login it is.
        suspended_hands: everybody who let it rest since it last held; none of them ends the rest.
        attempt: how many periods from the same first day were called off before it came.
    """

    bureau: str
    subject: str
    role: str
    name: str
    valid_from: date
    valid_until: date | None = None
    certificate: str = ""
    ended_at: datetime | None = None
    ended_by: str | None = None
    origin: Literal["one", "two", "founding", "earlier"] = "one"
    grant_id: UUID | None = None
    attempt: int = 0
    suspended_at: datetime | None = None
    suspended_by: str | None = None
    restored_at: datetime | None = None
    restored_by: str | None = None
    suspended_hands: tuple[str, ...] = ()

    @property
    def rests(self) -> bool:
        """Gives no right now."""
        return self.suspended_at is not None and self.restored_at is None


@dataclass(frozen=True, slots=True)
class Counts:
    """What an import did."""

    added: int
    changed: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a roster row; `before` is None when it was added."""

    key: str
    at: datetime
    by: str
    reason: str
    before: Json | None
    after: Json


@dataclass(frozen=True, slots=True)
class ImportBatch:
    """One imported file and its report."""

    bureau: str
    id: UUID
    kind: Literal["sites", "officers"]
    file_name: str
    sha256: str
    at: datetime
    by: str
    report: Json


@dataclass(frozen=True, slots=True)
class RuleChoice:
    """A bureau's own dated value; counts once another person has approved it.

    `item` and `subject` narrow it, as in `basis`; a withdrawn one stays for the record.
    """

    bureau: str
    key: str
    effective: date
    value: Any
    basis: Json
    factors: Json
    proposed_by: str
    approved_by: str | None
    at: datetime
    item: str = ""
    subject: str = ""
    id: UUID = field(default_factory=uuid4)
    approved_at: datetime | None = None
    withdrawn_at: datetime | None = None
    withdrawn_by: str | None = None
    withdrawn_why: str | None = None
    revoked_at: datetime | None = None

    @property
    def state(self) -> Literal["proposed", "approved", "withdrawn", "revoked"]:
        """Where it stands; `revoked`: approved, and taken back before its day came."""
        if self.revoked_at is not None:
            return "revoked"
        if self.withdrawn_at is not None:
            return "withdrawn"
        return "proposed" if self.approved_by is None else "approved"


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One version of a bureau's plan of a year; `body` is YearPlan.as_dict()."""

    bureau: str
    year: int
    version: int
    body: Json
    state: Literal["draft", "approved"]
    made_at: datetime
    made_by: str
    approved_at: datetime | None
    approved_by: str | None


@dataclass(frozen=True, slots=True)
class DrawIntent:
    """What a draw is to be, before its lists are frozen."""

    subject: str
    item: str
    kind: str
    period: str
    authority: Literal["own", "platform"] = "own"
    beacon_at: datetime | None = None
    reveal_by: date | None = None


@dataclass(frozen=True, slots=True)
class Draw:
    """A draw with everything that is not sealed. `wrapped_key` opens the sealed parts."""

    bureau: str
    draw_no: int
    subject: str
    item: str
    kind: str
    period: str
    state: Literal["prepared", "frozen", "drawn", "opened", "void"]
    authority: str
    created_at: datetime
    created_by: str
    m: str | None
    prev: str | None
    manifest: Json | None
    rules: Json | None
    frozen_at: datetime | None
    frozen_by: str | None
    beacon_at: datetime | None
    reveal_by: date | None
    beacon: Json | None
    r: str | None
    z: str | None
    beacon_by: str | None
    drawn_at: datetime | None
    drawn_by: str | None
    late: bool
    opened_at: datetime | None
    void_reason: str | None
    voided_by: str | None
    voided_at: datetime | None
    wrapped_key: bytes | None = field(repr=False)
    summary: Json | None
    suite: int  # of rd1: 1 SHA-256, 2 SM3; chosen with the number, since commitments hash by it
    amended_by: Sequence[str] = ()  # everyone who gave it another intent before it was frozen

    @property
    def verifiable(self) -> bool:
        """False for a draw of the platform: there is nothing that could be checked."""
        return self.authority == "own"


@dataclass(frozen=True, slots=True)
class Commit:
    """A commitment to one secret; `revealed` is the sealed secret handed over after the beacon."""

    bureau: str
    draw_no: int
    role: Literal["platform", "bureau", "witness"]
    c: str
    escrow_copy: bytes = field(repr=False)
    at: datetime
    by: str
    revealed: bytes | None = field(repr=False, default=None)


@dataclass(frozen=True, slots=True)
class VoidProposal:
    """Somebody proposes to void a draw, somebody else may approve; `reason` is published then."""

    bureau: str
    draw_no: int
    n: int
    reason: str
    by: str
    at: datetime
    approved_by: str | None = None
    approved_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ChangeProposal:
    """Somebody proposes to change a drawn list, somebody else may approve; what it says is sealed.

    Attributes:
        base: events of the draw when it was proposed; with another number it is stale.
        first_event, last_event: numbers of the events the approval made.
    """

    bureau: str
    draw_no: int
    n: int
    blob: bytes = field(repr=False)
    base: int
    by: str
    at: datetime
    approved_by: str | None = None
    approved_at: datetime | None = None
    first_event: int | None = None
    last_event: int | None = None
    withdrawn_by: str | None = None
    withdrawn_at: datetime | None = None

    @property
    def open(self) -> bool:
        """Neither approved nor withdrawn."""
        return self.approved_by is None and self.withdrawn_by is None


@dataclass(frozen=True, slots=True)
class Declaration:
    """An officer cannot come on a day (absence), or must not go on one visit (recusal); no reason is kept."""

    bureau: str
    id: UUID
    kind: Literal["absence", "recusal"]
    certificate: str
    day: date | None
    draw_no: int | None
    slot: int | None
    by: str
    at: datetime
    withdrawn_by: str | None = None
    withdrawn_at: datetime | None = None
    rested_at: datetime | None = None  # an event rests on it


@dataclass(frozen=True, slots=True)
class DrawEvent:
    """A sealed change of a drawn list."""

    bureau: str
    draw_no: int
    n: int
    blob: bytes = field(repr=False)
    h: str
    at: datetime


class NewTask(NamedTuple):
    """A drawn visit to keep: slot = index of its leaf, blob = sealed payload (row `task_row(slot)`)."""

    slot: int
    blob: bytes


TaskState = Literal["drawn", "dispatched", "arrived", "recorded", "reviewed", "published", "cancelled"]


@dataclass(frozen=True, slots=True)
class Task:
    """A drawn visit without its names."""

    bureau: str
    draw_no: int
    slot: int
    state: TaskState
    drawn_by: str
    visit_on: date | None
    dispatched_at: datetime | None
    dispatched_by: str | None
    row_mark: str


@dataclass(frozen=True, slots=True)
class TaskPlan:
    """The day and team set for a drawn visit that is not handed out; `team`: the leader first."""

    bureau: str
    draw_no: int
    slot: int
    visit_on: date
    team: Sequence[str]
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Assignment:
    """An officer on a dispatched visit; `n` is the event that put the officer there, 0 the dispatch."""

    bureau: str
    draw_no: int
    slot: int
    certificate: str
    lead: bool
    from_day: date
    until_day: date | None
    n: int = 0


@dataclass(frozen=True, slots=True)
class Joint:
    """This visit and another bureau's visit are one."""

    bureau: str
    draw_no: int
    slot: int
    other_bureau: str
    other_draw_no: int
    other_slot: int
