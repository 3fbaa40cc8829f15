"""Records around secrecy: marks of exports, keys wrapped anew, leak cases. None of them names a site."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class KeyCheck:
    """A key a bureau seals by, told apart from others; nothing here helps to find it.

    Attributes:
        provider: kind of who keeps it. n: in order, per bureau and provider.
        version: the provider's name for this one of the bureau's keys.
        state: "kept", or "dropped": what is wrapped by it is taken as the bureau's no longer.
        blob: 32 known bytes, wrapped by it.
    """

    bureau: str
    provider: str
    n: int
    version: str
    state: Literal["kept", "dropped"]
    blob: bytes


@dataclass(frozen=True, slots=True)
class KeyRewrap:
    """A data key that was wrapped anew: SHA-256 (hex) of the wrapped key before and after."""

    bureau: str
    draw_no: int
    n: int
    before: str
    after: str
    provider: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ExportMark:
    """One copy that left the product: its number in the bureau, who took it, and in which order.

    Attributes:
        kind: what was exported, see `policies.secrecy.exports.KINDS`.
        rows: ids of the rows, "draw/slot" for visits; empty when the whole of a roster was exported.
        count: number of rows.
        seed_check: SHA-256 (hex) of the seed of the order; the seed follows from the bureau's own key.
    """

    bureau: str
    n: int
    kind: str
    draw_no: int | None
    reader: str
    reader_name: str
    rows: tuple[str, ...]
    count: int
    seed_check: str
    at: datetime

    def __post_init__(self) -> None:
        object.__setattr__(self, "rows", tuple(self.rows))


@dataclass(frozen=True, slots=True)
class LeakCase:
    """A suspected leak of a drawn list. The report, the found list and the proposals are sealed parts.

    Attributes:
        slots: visits concerned; empty when not known.
        channel: how it came out, see `policies.secrecy.leak.CHANNELS`.
        list_mac: MAC of the found list by the draw's data key, hex; None when none was handed in.
        trace: candidates by export number with their probability; None before tracing.
        proposal: number of the proposal that counts; 0 before the first.
        finding: "founded" or "unfounded", as proposed and decided.
    """

    bureau: str
    n: int
    draw_no: int
    slots: tuple[int, ...]
    seen_on: date
    channel: str
    list_mac: str | None
    reported_by: str
    at: datetime
    state: str
    trace: Mapping[str, Any] | None = None
    proposal: int = 0
    finding: str | None = None
    proposed_by: str | None = None
    proposed_at: datetime | None = None
    decided_by: str | None = None
    decided_at: datetime | None = None
    closed_by: str | None = None
    closed_at: datetime | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "slots", tuple(self.slots))


@dataclass(frozen=True, slots=True)
class LeakMeasure:
    """A measure of a case. `ref`: number of the void or change proposal that carries it out."""

    bureau: str
    n: int
    proposal: int
    k: int
    kind: str
    ref: int | None = None
    done_by: str | None = None
    done_at: datetime | None = None
