"""The journal of a bureau: append-only, every entry hashed together with the one before it."""

import hashlib
from datetime import UTC, datetime
from typing import Any

import rfc8785
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from policies.terms import Principal
from tenants.errors import BrokenChain
from tenants.locks import hold
from tenants.records import JournalEntry
from tenants.scope import Scope, own, within
from tenants.stores.common import many
from tenants.tables import journal as t

_START = bytes(32)


async def note(
    db: AsyncConnection,
    scope: Scope,
    *,
    actor: Principal,
    action: str,
    target: str,
    why: str = "",
    before: Any = None,
    after: Any = None,
    at: datetime,
) -> int:
    """Write an entry into the own bureau's journal and return its number, from 1.

    Args:
        db: connection of the unit that does what is noted.
        scope: of the acting bureau.
        actor: who acts.
        action: name of the action, as in the permission matrix.
        target: what it was done to, e.g. "draw 411721/3".
        why: the reason given.
        before: JSON data before, or None.
        after: JSON data after, or None.
        at: when; microseconds are kept.
    """
    await hold(db, "journal", scope.bureau)
    query = select(t.c.n, t.c.hash).where(own(scope, t.c.bureau)).order_by(t.c.n.desc()).limit(1)
    last = (await db.execute(query)).first()
    n, prev = (1, _START) if last is None else (last.n + 1, last.hash)
    values: dict[str, Any] = {"at": at, "actor": actor.subject, "actor_name": actor.name, "action": action}
    values |= {"target": target, "why": why, "before": before, "after": after}
    entry = JournalEntry(bureau=scope.bureau, n=n, prev=prev, hash=b"", **values)
    await db.execute(insert(t).values(bureau=scope.bureau, n=n, prev=prev, hash=entry_hash(entry), **values))
    return n


async def entries(
    db: AsyncConnection, scope: Scope, bureau: str, after: int = 0, limit: int = 100
) -> tuple[JournalEntry, ...]:
    """The entries following number `after`, in order."""
    query = select(t).where(within(scope, t.c.bureau), t.c.bureau == bureau, t.c.n > after)
    return await many(db, query.order_by(t.c.n).limit(limit), JournalEntry)


async def verify_chain(db: AsyncConnection, scope: Scope, bureau: str) -> int:
    """Hash every entry again and return how many there are. Raises BrokenChain at the first misfit."""
    n, prev = 0, _START
    while page := await entries(db, scope, bureau, after=n, limit=1000):
        for entry in page:
            n += 1
            if entry.n != n or entry.prev != prev or entry.hash != entry_hash(entry):
                raise BrokenChain(f"{bureau}/{n}", n=n)
            prev = entry.hash
    return n


def entry_hash(entry: JournalEntry) -> bytes:
    """SHA-256 of the JCS of the entry with the hash before it; `hash` itself is left out."""
    content = {
        "bureau": entry.bureau,
        "n": entry.n,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": entry.actor,
        "actor_name": entry.actor_name,
        "action": entry.action,
        "target": entry.target,
        "why": entry.why,
        "before": entry.before,
        "after": entry.after,
        "prev": entry.prev.hex(),
    }
    return hashlib.sha256(rfc8785.dumps(content)).digest()
