"""One question to many bureaus: one query a database, all at once, and what does not answer is missing.

A bureau whose database is down, too slow, or at another schema is named with the reason and since when; it is
never counted as zero, and the others are not kept waiting longer than the deadline.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from policies.errors import Language
from services.clock import CHINA
from services.logs import fault
from services.reading import note_reads, placed
from services.work import App, Work
from tenants.unavailable import BureauUnavailable, State, reason

R = TypeVar("R")
Read = Callable[[Work, tuple[str, ...]], Awaitable[Iterable[R]]]
PublicRead = Callable[[AsyncConnection, tuple[str, ...]], Awaitable[Iterable[R]]]
DEADLINE_SECONDS = 2.0
CONTROL = ""  # no bureau: the control database, where whoever has no database of its own lives


@dataclass(frozen=True, slots=True)
class Noted:
    """How the read stands in the journals of the bureaus below: the action asked for, and what was shown."""

    action: str
    target: str


@dataclass(frozen=True, slots=True)
class Absent:
    """A bureau that could not be asked.

    Attributes:
        code: the bureau. state: why its database gives no answer. since: since when, if that is known.
    """

    code: str
    state: State
    since: datetime | None = None

    def words(self, language: Language = "zh") -> str:
        """The reason and since when, for a person."""
        why = reason(self.state, language)
        moment = self.since.astimezone(CHINA).strftime("%Y-%m-%d %H:%M") if self.since else ""
        if self.state == "slow" and moment:
            return f"missing: {why} at {moment}" if language == "en" else f"暂缺：数据库{why}（{moment}）"
        if language == "en":
            return f"missing: database not available, {why}" + (f" (since {moment})" if moment else "")
        return f"暂缺：数据库不可用，{why}" + (f"（自 {moment} 起）" if moment else "")

    def as_dict(self) -> dict[str, Any]:
        """JSON form, the same in every export."""
        since = self.since.isoformat() if self.since else None
        return {"bureau": self.code, "reason": self.state, "words": self.words(), "since": since}


@dataclass(frozen=True, slots=True)
class Spanned(Generic[R]):
    """What was found.

    Attributes:
        found: rows of the bureaus that answered. absent: those that did not, by code.
    """

    found: tuple[R, ...]
    absent: tuple[Absent, ...] = ()

    @property
    def lacking(self) -> frozenset[str]:
        """Codes of the bureaus that did not answer."""
        return frozenset(one.code for one in self.absent)

    def sorted_by(self, key: Callable[[R], Any]) -> "Spanned[R]":
        """The same with the rows in order."""
        return replace(self, found=tuple(sorted(self.found, key=key)))


async def over(
    work: Work,
    bureaus: Iterable[str],
    read: Read[R],
    noted: Noted | None = None,
    *,
    writes: bool = False,
) -> Spanned[R]:
    """Ask every bureau, and note the read in each that answered except the reader's own.

    Bureaus in the reader's own database are asked in the reader's transaction; every other database in one of
    its own, all at once: a read and its note are one transaction there too.

    Args:
        work: of the reader; a transaction that may write if the read is `noted`.
        bureaus: visible ones.
        read: what to ask in one database for the bureaus that live there; runs once for each of them.
        noted: None when nothing unpublished is shown, or when `read` notes it itself.
        writes: `read` writes, so other databases are not opened READ ONLY.
    """
    near, far = await _places(work, bureaus)
    asked = [asyncio.create_task(_apart(work, codes, read, noted, writes)) for codes in far]
    try:
        found, lost = await _asked(await placed(work, work.scope.bureau), near, read)
        parts = await asyncio.gather(*asked)
    finally:
        for task in asked:
            task.cancel()
    if noted:
        await note_reads(work, near, noted.action, noted.target)
    found += [row for rows, _ in parts for row in rows]
    lost += [one for _, absent in parts for one in absent]
    return Spanned(tuple(found), tuple(sorted(lost, key=lambda one: one.code)))


async def _places(work: Work, bureaus: Iterable[str]) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Bureaus in the reader's own database, and those of each other one, by code."""
    wanted, own = sorted({*bureaus}), work.scope.bureau
    groups = await work.placed(dict.fromkeys((own, *wanted)))
    near = tuple(code for code in groups[0] if code in wanted)
    return near, groups[1:]


async def _asked(work: Work, codes: tuple[str, ...], read: Read[R]) -> tuple[list[R], list[Absent]]:
    """The answer of one database; a bureau that has just moved away would look like one without rows."""
    here = [code for code in codes if await _lives(work, code)]
    rows = list(await read(work, tuple(here))) if here else []
    return rows, [Absent(code, "moving") for code in codes if code not in here]


async def _lives(work: Work, code: str) -> bool:
    return await work.at(code) is work.db


async def _apart(
    work: Work, codes: tuple[str, ...], read: Read[R], noted: Noted | None, writes: bool
) -> tuple[list[R], list[Absent]]:
    """The answer of another database, or why there is none; nothing of it stays when it comes too late.

    The unit begins there, so it takes no connection of the reader's own database; what it may see is no more
    than what the reader sees, and it acts for none of the bureaus while it reads: only the note is theirs.
    """
    scope = replace(work.scope, bureau=codes[0], visible=codes, system=False)
    looking = replace(scope, bureau="")
    read_only = noted is None and not writes
    try:
        async with (
            asyncio.timeout(DEADLINE_SECONDS),
            work.app.database.several(scope, read_only=read_only) as unit,
        ):
            db = await unit.look(looking, codes[0])
            there = Work(work.principal, looking, db, work.app, unit)
            rows, lost = await _asked(there, codes, read)
            if noted:
                seen = {*codes} - {one.code for one in lost}
                await note_reads(there, seen, noted.action, noted.target)
        return rows, lost
    except BureauUnavailable as error:
        return [], [Absent(code, error.state, error.since) for code in codes]
    except TimeoutError:
        return [], [Absent(code, "slow", work.now) for code in codes]
    except DBAPIError as error:
        return [], _broken(error, codes, work.now)


async def over_public(
    app: App, db: AsyncConnection, read: PublicRead[R], bureaus: Iterable[str]
) -> Spanned[R]:
    """Ask the public role in every database, all at once; published rows only, so nothing is noted.

    Args:
        app: the wiring.
        db: of the public role in the control database; it answers for the bureaus that live there.
        read: what to ask in one database for the bureaus that live there; runs once for each of them. A move
            may have left rows of others behind: it gives none of theirs.
        bureaus: every bureau wanted.
    """
    near, *far = await app.portal.placed((CONTROL, *sorted({*bureaus})))
    asked = [asyncio.create_task(_published(app, codes, read)) for codes in far]
    try:
        here = near[1:]
        found = list(await read(db, here)) if here else []
        parts = await asyncio.gather(*asked)
    finally:
        for task in asked:
            task.cancel()
    found += [row for rows, _ in parts for row in rows]
    lost = [one for _, absent in parts for one in absent]
    return Spanned(tuple(found), tuple(sorted(lost, key=lambda one: one.code)))


async def _published(app: App, codes: tuple[str, ...], read: PublicRead[R]) -> tuple[list[R], list[Absent]]:
    try:
        async with asyncio.timeout(DEADLINE_SECONDS), app.portal.public(codes[0]) as db:
            return list(await read(db, codes)), []
    except BureauUnavailable as error:
        return [], [Absent(code, error.state, error.since) for code in codes]
    except TimeoutError:
        return [], [Absent(code, "slow", app.clock.now()) for code in codes]
    except DBAPIError as error:
        return [], _broken(error, codes, app.clock.now())


def _broken(error: DBAPIError, codes: tuple[str, ...], at: datetime) -> list[Absent]:
    """A damaged database takes its own bureaus out of the view and nobody else's; the operator is told."""
    fault("fanout.failed", error, bureaus=",".join(codes))
    return [Absent(code, "failed", at) for code in codes]
