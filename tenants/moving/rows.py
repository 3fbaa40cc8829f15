"""Values of a move."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from tenants.urls import DatabaseUrls

MoveState = Literal["begun", "copied", "verified", "switched", "done", "undone"]


@dataclass(frozen=True, slots=True)
class Move:
    """One move as the control database keeps it.

    Attributes:
        by: who ordered it, as the operator said.
        rows, size: what was copied, in rows and bytes.
        tables: {"schema": version, "sums": [[table, rows, digest] …]} as compared.
        cleaned_at: when the rows it left behind were removed.
    """

    id: UUID
    bureau: str
    source: str
    target: str
    by: str
    state: MoveState
    started_at: datetime
    at: datetime
    rows: int | None = None
    size: int | None = None
    tables: dict[str, Any] | None = None
    cleaned_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """A database as the mover reaches it."""

    name: str
    urls: DatabaseUrls = field(repr=False)


@dataclass(frozen=True, slots=True)
class TableSum:
    """A table's rows of one bureau in a few words: equal sums, equal rows.

    Attributes:
        digest: SHA-256 over the digests of the rows, in the order of their keys; hex.
        size: bytes of the rows as written out.
    """

    table: str
    rows: int
    digest: str
    size: int = field(default=0, compare=False)

    def as_list(self) -> list[Any]:
        """As kept in the move's record."""
        return [self.table, self.rows, self.digest]
