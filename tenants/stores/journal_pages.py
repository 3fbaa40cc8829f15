"""The journal for reading: filtered, newest first on pages, oldest first in files."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.records import JournalEntry
from tenants.scope import Scope, within
from tenants.stores.common import many
from tenants.tables import journal as t


@dataclass(frozen=True, slots=True)
class JournalFilter:
    """Which entries are wanted; what is empty does not narrow.

    Attributes:
        actor: the login, or the name as it was then. action: one of the matrix.
        target: how the target begins. since, until: from this moment on, and before that one.
        among: any of these actions. beside: none of these.
    """

    actor: str = ""
    action: str = ""
    target: str = ""
    since: datetime | None = None
    until: datetime | None = None
    among: frozenset[str] = frozenset()
    beside: frozenset[str] = frozenset()


EVERY = JournalFilter()


async def newest(
    db: AsyncConnection,
    scope: Scope,
    bureau: str,
    *,
    before: int | None = None,
    action: str | None = None,
    target: str | None = None,
    limit: int = 50,
    chosen: JournalFilter = EVERY,
) -> tuple[JournalEntry, ...]:
    """Entries of a visible bureau, newest first; those with a number below `before` if given.

    `action` and `target` narrow further, as in `JournalFilter`.
    """
    query = _narrowed(_of(scope, bureau), chosen)
    query = _narrowed(query, JournalFilter(action=action or "", target=target or ""))
    if before is not None:
        query = query.where(t.c.n < before)
    return await many(db, query.order_by(t.c.n.desc()).limit(limit), JournalEntry)


async def oldest(
    db: AsyncConnection,
    scope: Scope,
    bureau: str,
    *,
    after: int = 0,
    limit: int = 1000,
    chosen: JournalFilter = EVERY,
) -> tuple[JournalEntry, ...]:
    """Entries of a visible bureau following number `after`, oldest first."""
    query = _narrowed(_of(scope, bureau), chosen).where(t.c.n > after)
    return await many(db, query.order_by(t.c.n).limit(limit), JournalEntry)


async def last_before(
    db: AsyncConnection, scope: Scope, bureau: str, moment: datetime
) -> JournalEntry | None:
    """The last entry before the first one that is not older than `moment`: what an archive may reach."""
    younger = select(func.min(t.c.n)).where(within(scope, t.c.bureau), t.c.bureau == bureau, t.c.at >= moment)
    first = await db.scalar(younger)
    query = _of(scope, bureau)
    if first is not None:
        query = query.where(t.c.n < first)
    found = await many(db, query.order_by(t.c.n.desc()).limit(1), JournalEntry)
    return found[0] if found else None


async def last(db: AsyncConnection, scope: Scope, bureau: str) -> JournalEntry | None:
    """The newest entry of a visible bureau."""
    found = await newest(db, scope, bureau, limit=1)
    return found[0] if found else None


def _of(scope: Scope, bureau: str) -> Select[Any]:
    return select(t).where(within(scope, t.c.bureau), t.c.bureau == bureau)


def _narrowed(query: Select[Any], chosen: JournalFilter) -> Select[Any]:
    if chosen.actor:
        query = query.where((t.c.actor == chosen.actor) | (t.c.actor_name == chosen.actor))
    if chosen.action:
        query = query.where(t.c.action == chosen.action)
    if chosen.among:
        query = query.where(t.c.action.in_(sorted(chosen.among)))
    if chosen.beside:
        query = query.where(t.c.action.not_in(sorted(chosen.beside)))
    if chosen.target:
        query = query.where(t.c.target.startswith(chosen.target, autoescape=True))
    if chosen.since is not None:
        query = query.where(t.c.at >= chosen.since)
    if chosen.until is not None:
        query = query.where(t.c.at < chosen.until)
    return query
