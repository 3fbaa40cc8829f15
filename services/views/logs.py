"""The public log as a page shows it: its head, its witnesses, its latest entries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.views.draws import LogRow, log_row
from tenants.records import Checkpoint, LogEntry, WitnessKey

PAGE = 50


@dataclass(frozen=True, slots=True)
class WitnessRow:
    """A registered witness; `signed` tells whether it stands under the latest head."""

    name: str
    vkey: str
    bureau: str
    signed: bool


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry with the bureau it belongs to and the manifest it is about ("" for none)."""

    row: LogRow
    bureau: str
    m: str


@dataclass(frozen=True, slots=True)
class LogFace:
    """The log's head and one page of entries, newest first.

    Attributes:
        size: entries under the latest signed head; root in hex. entries may go a little further.
        before: pass as `before` for the next page; None on the last.
    """

    origin: str
    vkey: str
    size: int
    root: str
    signed_at: datetime | None
    note: str
    witnesses: tuple[WitnessRow, ...]
    entries: tuple[EntryRow, ...]
    before: int | None


def log_face(
    origin: str,
    vkey: str,
    head: Checkpoint | None,
    witnesses: Sequence[WitnessKey],
    entries: Sequence[LogEntry],
) -> LogFace:
    """The face of the log from its stores; `entries` ascending, as the store gives them."""
    signed = head.cosignatures if head else {}
    return LogFace(
        origin=origin,
        vkey=vkey,
        size=head.size if head else 0,
        root=head.root.hex() if head else "",
        signed_at=head.at if head else None,
        note=head.note + "".join(signed[name] for name in sorted(signed)) if head else "",
        witnesses=tuple(WitnessRow(w.name, w.vkey, w.bureau or "", w.name in signed) for w in witnesses),
        entries=tuple(EntryRow(log_row(e), e.bureau, e.m or "") for e in reversed(entries)),
        before=entries[0].index if entries and entries[0].index else None,
    )
