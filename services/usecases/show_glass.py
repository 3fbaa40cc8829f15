"""Break-glass requests as the bureau sees them, and as who asked sees the own; what was read under one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from policies.access_glass import STATES, Glass
from services.usecases.approve_glass import request_of
from services.work import Work
from tenants.records import JournalEntry
from tenants.stores import glass


@dataclass(frozen=True, slots=True)
class GlassBoard:
    """Requests, the latest first.

    Attributes:
        about: those about the bureau acted for. mine: the person's own about any bureau.
        reads: id → how many reads the bureau's journal tells of.
        now: the moment by which states are told.
    """

    about: tuple[Glass, ...]
    mine: tuple[Glass, ...]
    reads: Mapping[str, int]
    now: datetime

    def state(self, one: Glass) -> str:
        """Where a request stands, in Chinese."""
        return STATES[one.state(self.now)]["zh"]


@dataclass(frozen=True, slots=True)
class GlassReads:
    """What was read under a request, newest first. `next`: pass as `before`; None on the last page."""

    request: Glass
    rows: tuple[JournalEntry, ...]
    next: int | None


async def glass_board(work: Work) -> GlassBoard:
    """Requests about the bureau acted for, and the person's own."""
    work.require("glass.read")
    about = await glass.in_bureau(work.control, work.scope, work.scope.bureau)
    mine = await glass.of_subject(work.control, work.principal.subject)
    reads = await glass.count_reads(work.db, work.scope, work.scope.bureau) if about else {}
    return GlassBoard(about, mine, reads, work.now)


async def glass_reads(work: Work, id: UUID, *, before: int | None = None, limit: int = 100) -> GlassReads:
    """What somebody read of the bureau acted for, as its journal tells.

    Raises:
        Missing: no such request about this bureau.
    """
    work.require("glass.read")
    found = await request_of(work, id)
    rows = await glass.reads(work.db, work.scope, work.scope.bureau, id, before=before, limit=limit + 1)
    return GlassReads(found, rows[:limit], rows[limit - 1].n if len(rows) > limit else None)
