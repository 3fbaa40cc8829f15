"""What the stores hand out about files on their way into a roster."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from tenants.rows import Json

CheckState = Literal["columns", "waiting", "checked", "ordered", "taking", "taken", "dropped", "failed"]
RosterKind = Literal["sites", "officers"]


@dataclass(frozen=True, slots=True)
class ImportCheck:
    """A file handed in: judged, and then taken or not.

    Attributes:
        sha256, size: of the file's bytes.
        state: columns = somebody must say what its headings mean; waiting = the worker is to check it;
            checked = it can be taken; ordered = the worker is to take it; taking = it has begun to;
            taken, dropped; failed = it could not be read or taken, `problem` says why.
        stage: what the worker does now: "", read, check or store; `done` of `total` rows.
        columns: its headings with the field each fills. summary: counts, faults, what it would do.
        mark: SHA-256 of everything taking it would do; "" = not checked.
        expires_at: from then on it is not taken.
        decided_at, decided_by: when it was taken, ordered or dropped, and by whom.
        batch: the import it became.
    """

    bureau: str
    id: UUID
    kind: RosterKind
    file_name: str
    sha256: str
    size: int
    state: CheckState
    made_at: datetime
    made_by: str
    made_by_name: str
    expires_at: datetime
    stage: str = ""
    done: int = 0
    total: int = 0
    columns: Sequence[Json] | None = None
    summary: Json | None = None
    mark: str = ""
    problem: Json | None = None
    decided_at: datetime | None = None
    decided_by: str | None = None
    batch: UUID | None = None


@dataclass(frozen=True, slots=True)
class HeadingMeaning:
    """What a heading means in a bureau's files; `field` "" = the column is not imported."""

    bureau: str
    kind: RosterKind
    heading: str
    field: str
    at: datetime
    by: str
