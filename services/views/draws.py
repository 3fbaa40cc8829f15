"""The public face of a draw: fingerprint, rules, sizes, beacon, log, and what is still sealed. No site."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from policies.planning.deadlines import Calendar, provisional
from policies.terms import Period
from services.seen import Seen
from services.views.plans import STRATA
from tenants.records import LogEntry, PublicDraw
from tenants.rows import Draw

# What stays closed until secrecy ends; the words stand in the template.
SEALED = ("sites", "officers", "teams", "bans", "keys")
STAGES = ("prepared", "frozen", "beacon", "drawn", "opened")
PLATFORM_STAGES = ("drawn", "opened")


@dataclass(frozen=True, slots=True)
class StratumRow:
    """One class of the draw.

    Attributes:
        id: special, key, general, with "-again" where sites visited before are drawn once more.
        size: sites in the urn. least: fewest lawful. take: number drawn.
        rule: the frozen rule with its citation (text, clause, effective, checked_on, mark, rule …).
    """

    id: str
    size: int
    least: int
    take: int
    rule: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Stage:
    """A step of the draw: done, present or still to come."""

    id: str
    state: Literal["done", "now", "todo"]
    at: datetime | date | None


@dataclass(frozen=True, slots=True)
class LogRow:
    """An entry of the public log; `words` is its hash, its witness or its reason."""

    index: int
    kind: str
    at: str
    words: str


@dataclass(frozen=True, slots=True)
class DrawFace:
    """Everything that may be shown of a draw. The lists, names and teams are no part of it.

    Attributes:
        m, r, z: fingerprint of the manifest, beacon value, root of the result, in hex.
        beacon_rule: what was promised before; evidence: what was then called, drawn or signed.
        excluded: (reason, number) of listed sites that could not be drawn.
        sealed: ids of what is still closed.
        authority, batch, list_fingerprint: "platform" for a draw taken over, its batch, its file (keyed).
    """

    bureau: str
    draw_no: int
    subject: str
    item: str
    kind: str
    period: str
    state: str
    m: str
    prev: str
    r: str
    z: str
    frozen_at: datetime | None
    beacon_at: datetime | None
    reveal_by: date | None
    drawn_at: datetime | None
    opened_at: datetime | None
    late: bool
    void_reason: str
    voided_at: datetime | None
    strata: tuple[StratumRow, ...]
    excluded: tuple[tuple[str, int], ...]
    officers: int
    bans: int
    team: int
    crews: int
    beacon_rule: Mapping[str, Any]
    evidence: Mapping[str, Any]
    commits: tuple[tuple[str, str], ...]
    stages: tuple[Stage, ...]
    log: tuple[LogRow, ...]
    sealed: tuple[str, ...]
    authority: str = "own"
    batch: str = ""
    list_fingerprint: str = ""

    @property
    def external(self) -> bool:
        """The platform made this draw: nothing of it can be checked."""
        return self.authority == "platform"

    @property
    def size(self) -> int:
        """Sites in the urn."""
        return sum(row.size for row in self.strata)

    @property
    def take(self) -> int:
        """Visits drawn."""
        return sum(row.take for row in self.strata)

    @property
    def open(self) -> bool:
        """The bundle is public."""
        return self.opened_at is not None


def reveal_unsure(face: DrawFace, calendar: Calendar) -> bool:
    """True while the last day of secrecy was counted in a year that has no holiday notice yet."""
    if face.reveal_by is None or face.open:
        return False
    return provisional(Period.parse(face.period).last, face.reveal_by, calendar)


def draw_face(draw: PublicDraw | Draw, entries: Sequence[LogEntry] = ()) -> DrawFace:
    """The face of a draw from its row and its entries in the log."""
    summary: Mapping[str, Any] = draw.summary or {}
    manifest: Mapping[str, Any] = draw.manifest or (summary if draw.authority == "platform" else {})
    rules = draw.rules or {}
    opened = draw.opened_at is not None
    return DrawFace(
        bureau=draw.bureau,
        draw_no=draw.draw_no,
        subject=draw.subject,
        item=draw.item,
        kind=draw.kind,
        period=draw.period,
        state=draw.state,
        m=draw.m or "",
        prev=draw.prev or "",
        r=draw.r or "",
        z=draw.z or "",
        frozen_at=draw.frozen_at,
        beacon_at=draw.beacon_at,
        reveal_by=draw.reveal_by,
        drawn_at=draw.drawn_at,
        opened_at=draw.opened_at,
        late=draw.late,
        void_reason=draw.void_reason or "",
        voided_at=draw.voided_at,
        strata=tuple(sorted((_stratum(s, rules) for s in manifest.get("strata", ())), key=_place)),
        excluded=tuple((e["reason"].lstrip("-"), e["size"]) for e in manifest.get("excluded", ())),
        officers=_size(manifest.get("officers", 0)),
        bans=_size(manifest.get("bans", 0)),
        team=manifest.get("team", 0),
        crews=manifest.get("crews", 0),
        beacon_rule=manifest.get("beacon", {}),
        evidence=draw.beacon or {},
        commits=tuple((c["role"], c["c"]) for c in manifest.get("commits", ())),
        stages=_stages(draw),
        log=tuple(log_row(entry) for entry in entries),
        sealed=_sealed(draw, opened),
        authority=draw.authority,
        batch=summary.get("batch", ""),
        list_fingerprint=summary.get("list_fingerprint", ""),
    )


def _sealed(draw: PublicDraw | Draw, opened: bool) -> tuple[str, ...]:
    if opened:
        return ()
    return SEALED if draw.authority == "own" else ("sites", "teams")


def _size(part: Any) -> int:
    """Of a committed list; the platform's numbers stand alone."""
    return int(part["size"] if isinstance(part, Mapping) else part)


def cut_face(face: DrawFace, seen: Seen) -> DrawFace:
    """The face without what the reader's role is not shown."""
    return seen.of("face", replace(face, strata=tuple(seen.of("stratum", one) for one in face.strata)))


def log_row(entry: LogEntry) -> LogRow:
    """An entry for a table: its hash, or the reason of a void."""
    body = entry.entry
    shown = next((body[name] for name in ("reason", "by", "z", "r", "h") if name in body), "")
    return LogRow(entry.index, body["t"], body["at"], str(shown))


def _place(row: StratumRow) -> tuple[int, str]:
    """Special, key, general, as everywhere; the manifest itself orders by id."""
    first = row.id.partition("-")[0]
    return STRATA.index(first) if first in STRATA else len(STRATA), row.id


def _stratum(row: Mapping[str, Any], rules: Mapping[str, Any]) -> StratumRow:
    return StratumRow(row["id"], row["size"], row["least"], row["take"], rules.get(row["id"], {}))


def _stages(draw: PublicDraw | Draw) -> tuple[Stage, ...]:
    """The line of steps; a void draw stops where it was."""
    created = draw.created_at if isinstance(draw, Draw) else None
    beacon = draw.beacon_at if draw.beacon else None
    reached = {
        "prepared": created or draw.frozen_at,
        "frozen": draw.frozen_at,
        "beacon": beacon,
        "drawn": draw.drawn_at,
        "opened": draw.opened_at,
    }
    planned = {"beacon": draw.beacon_at, "opened": draw.reveal_by}
    steps = STAGES if draw.authority == "own" else PLATFORM_STAGES
    todo = [name for name in steps if reached[name] is None]
    stopped = draw.state == "void"
    return tuple(
        Stage(name, "done", at)
        if (at := reached[name]) is not None
        else Stage(name, "now" if name == todo[0] and not stopped else "todo", planned.get(name))
        for name in steps
    )
