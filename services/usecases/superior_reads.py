"""What superiors read of a bureau: who, from which bureau, what, when; told to the bureau that was read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from services.work import Work
from tenants import journal
from tenants.records import JournalEntry
from tenants.stores import superior_reads
from tenants.stores.superior_reads import Tally

DAYS = 92  # a quarter


@dataclass(frozen=True, slots=True)
class SuperiorReads:
    """One page of reads, newest first, and how many there were.

    Attributes:
        rows: entries of the bureau's journal. `after["reader"]` is the bureau the reader acted for.
        tallies: reads of the last `DAYS` days by reading bureau and action, whatever the page shows.
        next: pass as `before` for older ones; None on the last page.
    """

    bureau: str
    rows: tuple[JournalEntry, ...]
    tallies: tuple[Tally, ...]
    next: int | None

    @property
    def total(self) -> int:
        """Reads of the last `DAYS` days."""
        return sum(one.count for one in self.tallies)

    @property
    def readers(self) -> Sequence[str]:
        """The bureaus that read, by code."""
        return sorted({one.reader for one in self.tallies})


async def read_superior_reads(
    work: Work,
    bureau: str = "",
    *,
    reader: str = "",
    action: str = "",
    before: int | None = None,
    limit: int = 50,
) -> SuperiorReads:
    """Reads of a bureau's unpublished rows by its superiors; the look itself is journalled.

    Args:
        work: of one who may read the journal.
        bureau: default the one acted for.
        reader: only this reading bureau. action: only this action.
        before: only entries with a lower number. limit: rows of a page.

    Raises:
        Stranger, Forbidden: neither the own bureau nor one below, or not one's right.
    """
    whose = bureau or work.scope.bureau
    work.require("journal.read", bureau=whose)
    db = await work.at(whose)
    found = await superior_reads.of_bureau(
        db, work.scope, whose, reader=reader, action=action, before=before, limit=limit + 1
    )
    tallies = await superior_reads.tally(db, work.scope, whose, work.now - timedelta(days=DAYS))
    await journal.note(
        await work.at(work.scope.bureau),
        work.scope,
        actor=work.principal,
        action="journal.read",
        target=f"journal/{whose}/superiors",
        at=work.now,
    )
    more = found[limit - 1].n if len(found) > limit else None
    return SuperiorReads(whose, found[:limit], tallies, more)
