"""The oldest entries of a bureau's journal leave as a file; only then, and when old enough, the database.

The operator's verb: no role of a bureau may do it, and the database's own guards let nobody else.
Basis: our own decision; no supplied text names a period. See docs/journal.md.
"""

import asyncio
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from policies.journals import Archive, ArchiveHead, check_archive, entry_line
from policies.room import NoRoom, needs_room
from policies.terms import Principal
from services.jobs.heads import publish_head
from services.jobs.orders import known_bureau
from services.usecases.journal_errors import KeptStill, NothingToArchive
from services.usecases.verify_journal import verify_journal
from services.work import App, Work
from tenants import journal
from tenants.job_rows import Anchor
from tenants.journal import content_of
from tenants.records import JournalEntry
from tenants.stores import anchors, journal_pages, log

PAGE = 1000
Say = Callable[[int, int], None]
Facts = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Archived:
    """An archive as written and read back. `file` beside its `.sha256`."""

    bureau: str
    file: Path
    archive: Archive


@dataclass(frozen=True, slots=True)
class Removed:
    """What stands for the removed entries, and how many are gone now."""

    anchor: Anchor
    removed: int


def operator_of(bureau: str, by: str) -> Principal:
    """The person at the server's console, by the name given there."""
    return Principal(f"operator:{by}", by, bureau, frozenset({"system"}))


async def archive_journal(
    app: App, bureau: str, before: datetime, folder: Path, by: str, say: Say | None = None
) -> Archived:
    """Write the entries older than a moment, from the first one that is there, into a file of their own.

    1. The journal is verified. 2. The file is written, read back and checked line by line. 3. The journal
    says that it was made. Nothing is removed.

    Args:
        before: aware; the archive ends at the last entry before the first that is not older.
        folder: where the file goes; it is made if it is missing.
        by: name of the operator.
        say: told (written, wanted) after each page.

    Raises:
        NoBureau: no such bureau. NothingToArchive: no entry is that old. BrokenChain, HeadMissing: the
        journal does not fit. ArchiveMisfit: what was written cannot be read back.
    """
    await known_bureau(app, bureau)
    async with app.work(operator_of(bureau, by)) as work:
        work.require("journal.archive")
        report = await verify_journal(work, bureau)
        last = await journal_pages.last_before(work.db, work.scope, bureau, before)
        if last is None:
            raise NothingToArchive(before.isoformat(), bureau=bureau)
        first = (await journal_pages.oldest(work.db, work.scope, bureau, limit=1))[0]
        head = _head(first, last, work.now)
        file = folder / f"journal-{bureau}-{head.since:08d}-{head.upto:08d}.jsonl"
        await _write(work, file, head, say)
        made = await asyncio.to_thread(read_archive, file)
        seal = file.with_name(file.name + ".sha256")
        await asyncio.to_thread(seal.write_text, f"{made.sha256}  {file.name}\n", encoding="ascii")
        facts = {"since": head.since, "upto": head.upto, "hash": head.hash.hex(), "archive": made.sha256}
        await _note(work, "journal.archive", None, facts | {"entries": report.entries})
    return Archived(bureau, file, made)


async def anchor_archive(app: App, archived: Archived, by: str) -> Anchor:
    """Put the anchor that stands for an archive's entries, and log the journal's head; they may go then.

    The head is logged twice. Before, so that the word of the removal names the place in the public log that
    witnesses the journal with all that goes; after, that of an entry that stays: from now on the newest head
    must be found in the journal.

    Raises:
        KeptStill: an entry of it is younger than the operator's keeping period.
        WrongState: an anchor reaches as far already, or the journal has another entry there.
    """
    await publish_head(app, archived.bureau)
    anchor = await _anchored(app, archived, by)
    await publish_head(app, archived.bureau)
    return anchor


async def _anchored(app: App, archived: Archived, by: str) -> Anchor:
    head, days = archived.archive.head, app.settings.journal_keep_days
    async with app.work(operator_of(archived.bureau, by)) as work:
        work.require("journal.remove")
        youngest = datetime.fromisoformat(head.last_at)
        free = work.now - timedelta(days=days)
        if youngest >= free:
            raise KeptStill(head.last_at[:10], days=days, free=free.date().isoformat())
        kept = await anchors.of_bureau(work.db, work.scope, archived.bureau)
        for one in kept:
            if (one.upto, one.archive) == (head.upto, archived.archive.sha256):
                return one  # put before, and the removal was cut off
        anchor = Anchor(
            archived.bureau, head.upto, head.since, head.hash, archived.archive.sha256, days, work.now, by
        )
        await anchors.put(work.db, work.scope, anchor)
        before = {"since": head.since, "upto": head.upto}
        after = {"upto": head.upto, "hash": head.hash.hex(), "archive": anchor.archive, "keep_days": days}
        witnessed = (await log.journal_heads(work.control, archived.bureau))[-1]
        await _note(work, journal.REMOVED, before, after | {"log_index": witnessed.index})
    return anchor


def read_archive(file: Path) -> Archive:
    """An archive's file, checked line by line. Raises ArchiveMisfit."""
    with file.open("rb") as lines:
        return check_archive(lines)


def _head(first: JournalEntry, last: JournalEntry, now: datetime) -> ArchiveHead:
    moments = (one.astimezone(UTC).isoformat(timespec="microseconds") for one in (first.at, last.at, now))
    return ArchiveHead(first.bureau, first.n, last.n, first.prev, last.hash, *moments)


async def _write(work: Work, file: Path, head: ArchiveHead, say: Say | None) -> None:
    """Page by page into a draft, which takes the name when it is whole and on the disk."""
    draft = file.with_name(f".{file.name}.part")
    await asyncio.to_thread(file.parent.mkdir, parents=True, exist_ok=True)
    await asyncio.to_thread(_append, draft, [head.line()], True)
    n = head.since - 1
    while n < head.upto:
        page = await journal_pages.oldest(work.db, work.scope, head.bureau, after=n, limit=PAGE)
        lines = [entry_line(content_of(one), one.hash) for one in page if one.n <= head.upto]
        await asyncio.to_thread(_append, draft, lines)
        n += len(lines)
        if say is not None:
            say(n - head.since + 1, head.upto - head.since + 1)
    await asyncio.to_thread(draft.replace, file)


def _append(file: Path, lines: list[bytes], anew: bool = False) -> None:
    flags = os.O_WRONLY | os.O_CREAT | (os.O_TRUNC if anew else os.O_APPEND)
    try:
        with needs_room(), os.fdopen(os.open(file, flags, 0o600), "ab") as out:
            out.writelines(lines)
            out.flush()
            os.fsync(out.fileno())
    except NoRoom:
        file.unlink(missing_ok=True)
        raise


async def _note(
    work: Work, action: str, before: Mapping[str, object] | None, after: Mapping[str, object]
) -> None:
    await journal.note(
        work.db,
        work.scope,
        actor=work.principal,
        action=action,
        target=f"journal/{work.scope.bureau}",
        before=before,
        after=after,
        at=work.now,
    )
