"""The journal for reading: pages and files, filtered; whoever looks leaves a row in the journal looked at."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from policies.journal_levels import READ, READS, WRITE
from services.clock import CHINA
from services.exporting import Marked, mark_export
from services.usecases.journal_errors import TooManyEntries
from services.work import Work
from tenants import journal
from tenants.job_rows import JobRun
from tenants.records import JournalEntry, LogEntry
from tenants.stores import anchors, job_runs, journal_pages, log
from tenants.stores.journal_pages import JournalFilter

MOST = 20_000  # entries of one file; a longer stretch is taken in parts, by dates


@dataclass(frozen=True, slots=True)
class JournalState:
    """How the journal stands, without hashing it.

    Attributes:
        entries: number of the last entry. archived: how many of the oldest lie in archives.
        checked: the last verification by the worker or a person, None when there was none.
        head: the last head in the public log, None when there is none.
    """

    entries: int
    archived: int
    checked: JobRun | None
    head: LogEntry | None


@dataclass(frozen=True, slots=True)
class JournalPage:
    """Entries newest first; `next`: pass as `before`, None on the last page."""

    bureau: str
    rows: tuple[JournalEntry, ...]
    next: int | None
    state: JournalState


def chosen(
    actor: str = "",
    action: str = "",
    target: str = "",
    since: date | None = None,
    until: date | None = None,
    level: str = "",
) -> JournalFilter:
    """A filter from what people choose; days are China's, both included.

    Args:
        level: "read" for looks only, "write" for acts only; anything else for both.
    """
    return JournalFilter(
        actor=actor.strip(),
        action=action,
        target=target.strip(),
        since=_start(since) if since else None,
        until=_start(until + timedelta(days=1)) if until else None,
        among=READS if level == READ else frozenset(),
        beside=READS if level == WRITE else frozenset(),
    )


async def read_journal(
    work: Work,
    bureau: str = "",
    wanted: JournalFilter = journal_pages.EVERY,
    *,
    before: int | None = None,
    limit: int = 50,
) -> JournalPage:
    """One page of a visible bureau's journal.

    Raises:
        Stranger, Forbidden: neither the own bureau nor one below, or not one's right.
    """
    whose = bureau or work.scope.bureau
    work.require("journal.read", bureau=whose)
    db = await work.at(whose)
    rows = await journal_pages.newest(db, work.scope, whose, before=before, limit=limit + 1, chosen=wanted)
    state = await journal_state(work, whose)
    await _note(work, "journal.read", whose)
    return JournalPage(whose, rows[:limit], rows[limit - 1].n if len(rows) > limit else None, state)


async def journal_state(work: Work, bureau: str) -> JournalState:
    """How a visible bureau's journal stands; the caller asked the matrix."""
    db = await work.at(bureau)
    last = await journal_pages.last(db, work.scope, bureau)
    kept = await anchors.of_bureau(db, work.scope, bureau)
    runs = await job_runs.of_bureau(db, work.scope, bureau)
    heads = await log.journal_heads(work.control, bureau)
    return JournalState(
        entries=last.n if last else 0,
        archived=kept[-1].upto if kept else 0,
        checked=next((one for one in runs if one.job == "journal.verify"), None),
        head=heads[-1] if heads else None,
    )


async def export_journal(
    work: Work, bureau: str = "", wanted: JournalFilter = journal_pages.EVERY
) -> Marked[JournalEntry]:
    """The entries of a filter, oldest first, for a file; the copy is numbered, marked and journalled.

    Raises:
        Stranger, Forbidden: as `read_journal`. TooManyEntries: more than fit one file.
    """
    whose = bureau or work.scope.bureau
    work.require("journal.export", bureau=whose)
    found = await journal_pages.oldest(await work.at(whose), work.scope, whose, limit=MOST + 1, chosen=wanted)
    if len(found) > MOST:
        raise TooManyEntries(f"> {MOST}", most=MOST)
    await _note(work, "journal.export", whose, {"entries": len(found)})
    return await mark_export(work, "journal", found, _row, bureau=whose, whole=True)


def _row(entry: JournalEntry) -> str:
    return str(entry.n)


def _start(day: date) -> datetime:
    return datetime.combine(day, time.min, CHINA)


async def _note(work: Work, action: str, bureau: str, after: dict[str, object] | None = None) -> None:
    """In the own journal; a superior's look stands in the journal of the bureau looked at, by the door."""
    if bureau != work.scope.bureau:
        return
    await journal.note(
        work.db,
        work.scope,
        actor=work.principal,
        action=action,
        target=f"journal/{bureau}",
        after=after,
        at=work.now,
    )


def as_rows(entries: Sequence[JournalEntry]) -> list[dict[str, object]]:
    """Entries as a table's cells: everything that is hashed, hashes in hex, JSON as text."""
    return [journal.content_of(one) | {"hash": one.hash.hex()} for one in entries]
