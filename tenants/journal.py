"""The journal of a bureau: append-only, every entry hashed together with the one before it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ARRAY, Text, bindparam, func, insert, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from policies.journals import START, content_hash
from policies.terms import Principal
from tenants.errors import BrokenChain
from tenants.job_rows import Anchor
from tenants.locks import hold, hold_all
from tenants.records import JournalEntry
from tenants.scope import Scope, own, within
from tenants.stores.anchors import of_bureau
from tenants.stores.common import many
from tenants.tables import journal as t

REMOVED = "journal.remove"  # the action that tells of an anchor

Step = Callable[[int], Awaitable[None]]
Said = tuple[Any, Any]
_INSERT = insert(t)
_WANTED = (
    func.unnest(bindparam("codes", type_=ARRAY(Text))).table_valued("code").render_derived(name="wanted")
)


@dataclass(frozen=True, slots=True)
class Head:
    """Number and hash of a journal's last entry; of an empty one as here."""

    n: int = 0
    hash: bytes = START


@dataclass(slots=True)
class Chain:
    """What `walk` found: a whole chain of entries `first` … `last`.

    Attributes:
        first: number of the first entry that is there, 1 unless older ones were archived and removed.
        last: number of the last; 0 when there never was one. head: its hash.
        count: how many entries are there. places: hash → number of those that were asked for.
        anchors: of the entries that were removed, oldest first.
    """

    bureau: str
    first: int = 1
    last: int = 0
    head: bytes = START
    count: int = 0
    places: dict[bytes, int] = field(default_factory=dict)
    anchors: tuple[Anchor, ...] = ()


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
    await hold_chain(db, scope)
    query = select(t.c.n, t.c.hash).where(own(scope, t.c.bureau)).order_by(t.c.n.desc()).limit(1)
    last = (await db.execute(query)).first()
    head = Head() if last is None else Head(last.n, last.hash)
    values: dict[str, Any] = {"at": at, "actor": actor.subject, "actor_name": actor.name, "action": action}
    values |= {"target": target, "why": why, "before": before, "after": after}
    return (await follow(db, scope, head, values)).n


async def follow(db: AsyncConnection, scope: Scope, head: Head, values: Mapping[str, Any]) -> Head:
    """Write the entry after `head` into the own bureau's journal; the chain must be held since it was read.

    Returns:
        The new head: another entry may follow it in the same transaction.

    Args:
        values: every field of the entry but bureau, number and hashes.
    """
    entry = JournalEntry(bureau=scope.bureau, n=head.n + 1, prev=head.hash, hash=b"", **values)
    made = Head(entry.n, entry_hash(entry))
    await db.execute(
        _INSERT, {"bureau": scope.bureau, "n": made.n, "prev": head.hash, "hash": made.hash, **values}
    )
    return made


async def heads(db: AsyncConnection, scope: Scope, bureaus: Sequence[str]) -> dict[str, Head]:
    """Hold the journals of visible bureaus, one after the other, and tell where each stands.

    For one entry in each of many journals: two round trips, however many they are. A bureau that cannot be
    seen from here is left out, for its journal would look empty.

    Args:
        bureaus: that live in this database, in the order in which everybody waits for them.
    """
    seen = [code for code in bureaus if code in scope.visible]
    await hold_all(db, [("journal", code) for code in seen])
    last = select(t.c.n, t.c.hash).where(within(scope, t.c.bureau), t.c.bureau == _WANTED.c.code)
    newest = last.order_by(t.c.n.desc()).limit(1).lateral("newest")
    query = select(_WANTED.c.code, newest.c.n, newest.c.hash).join_from(_WANTED, newest, true())
    found = {row.code: Head(row.n, row.hash) for row in await db.execute(query, {"codes": seen})}
    return {code: found.get(code, Head()) for code in seen}


async def hold_chain(db: AsyncConnection, scope: Scope) -> None:
    """Wait until nobody else writes the own bureau's journal, and hold it until the unit ends.

    Whoever will also wait for something in another database calls this first: no server sees a circle of
    units that wait for each other in two databases.
    """
    await hold(db, "journal", scope.bureau)


async def entries(
    db: AsyncConnection, scope: Scope, bureau: str, after: int = 0, limit: int = 100
) -> tuple[JournalEntry, ...]:
    """The entries following number `after`, in order."""
    query = select(t).where(within(scope, t.c.bureau), t.c.bureau == bureau, t.c.n > after)
    return await many(db, query.order_by(t.c.n).limit(limit), JournalEntry)


async def verify_chain(db: AsyncConnection, scope: Scope, bureau: str) -> int:
    """Hash every entry again and return the number of the last. Raises BrokenChain at the first misfit."""
    return (await walk(db, scope, bureau)).last


async def walk(
    db: AsyncConnection,
    scope: Scope,
    bureau: str,
    *,
    wanted: Set[bytes] = frozenset(),
    step: Step | None = None,
) -> Chain:
    """Hash every entry that is there again, from the first one or from the anchor it follows.

    1. The first entry has number 1, or follows an anchor, and names its hash. 2. Every further one has the
    next number and names the hash of the one before. 3. Each hash is that of the content. 4. An anchor whose
    entry is still there has that entry's hash. 5. The journal itself tells of every anchor.

    Args:
        wanted: hashes to look for, e.g. the heads in the public log.
        step: awaited after each page with the number reached, to show progress.

    Raises:
        BrokenChain: the first entry or anchor that does not fit.
    """
    anchors = {one.upto: one for one in await of_bureau(db, scope, bureau)}
    chain = Chain(bureau, anchors=tuple(anchors.values()))
    told: set[Said] = set()  # the anchors that entries tell of
    while page := await entries(db, scope, bureau, after=chain.last, limit=1000):
        for entry in page:
            _follow(chain, entry, anchors)
            if entry.hash in wanted:
                chain.places[entry.hash] = entry.n
            if entry.action == REMOVED and isinstance(entry.after, dict):
                told.add((entry.after.get("upto"), entry.after.get("archive")))
        if step is not None:
            await step(chain.last)
    _check_anchors(chain, told)
    return chain


def _follow(chain: Chain, entry: JournalEntry, anchors: Mapping[int, Anchor]) -> None:
    """Steps 1 to 4 for one entry."""
    if not chain.count and entry.n > 1:
        before = anchors.get(entry.n - 1)
        if before is None:
            raise BrokenChain(f"{chain.bureau}/1", n=1)
        chain.first, chain.last, chain.head = entry.n, before.upto, before.hash
    n = chain.last + 1
    if entry.n != n or entry.prev != chain.head or entry.hash != entry_hash(entry):
        raise BrokenChain(f"{chain.bureau}/{n}", n=n)
    if n in anchors and anchors[n].hash != entry.hash:
        raise BrokenChain(f"{chain.bureau}/{n}", n=n)
    chain.last, chain.head, chain.count = n, entry.hash, chain.count + 1


def _check_anchors(chain: Chain, told: Set[Said]) -> None:
    """Step 5. Of a journal without any entry nothing tells: its anchors are misfits too."""
    for one in chain.anchors:
        removed = one.upto < chain.first  # an anchor whose word was removed in turn lies behind a later one
        later = [other for other in chain.anchors if other.upto > one.upto]
        if (one.upto, one.archive) not in told and not (removed and later):
            raise BrokenChain(f"{chain.bureau}/{one.upto}", n=one.upto)


def content_of(entry: JournalEntry) -> dict[str, Any]:
    """What is hashed of an entry, and written into archives: see `policies.journals.FIELDS`."""
    return {
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


def entry_hash(entry: JournalEntry) -> bytes:
    """SHA-256 of the JCS of the entry with the hash before it; `hash` itself is left out."""
    return content_hash(content_of(entry))
