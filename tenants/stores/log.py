"""The public log of the deployment: entries in sequence, signed heads. Readable by everyone."""

import hashlib
from datetime import UTC, datetime
from typing import Any

import rfc8785
from sqlalchemy import func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.errors import Conflict
from tenants.locks import hold
from tenants.records import Checkpoint, LogEntry
from tenants.rows import Json
from tenants.stores.common import change, many
from tenants.tables import log_checkpoint as c
from tenants.tables import log_entry as t


async def append(db: AsyncConnection, entry: Json, at: datetime) -> int:
    """Sequence an entry and return its index, from 0.

    Holds the log until the unit ends, so indices have no gaps. Sets the entry's `at` (RFC 3339 UTC, whole
    seconds), never earlier than that of the entry before. Its leaf is the RFC 6962 leaf hash of its JCS.
    """
    await hold(db, "log")
    newest = select(t.c.index.label("n"), t.c.at).order_by(t.c.index.desc()).limit(1)
    last = (await db.execute(newest)).first()
    moment = at.astimezone(UTC).replace(microsecond=0)
    if last is not None:
        moment = max(moment, last.at.astimezone(UTC))
    entry = {**entry, "at": moment.strftime("%Y-%m-%dT%H:%M:%SZ")}
    index = 0 if last is None else last.n + 1
    leaf = hashlib.sha256(b"\x00" + rfc8785.dumps(entry)).digest()
    m = entry["h"] if entry["t"] == "manifest" else entry.get("m")
    values = {"index": index, "entry": entry, "leaf_hash": leaf, "m": m, "at": moment}
    await db.execute(insert(t).values(bureau=entry["bureau"], **values))
    return index


async def size(db: AsyncConnection) -> int:
    """Number of entries."""
    return int(await db.scalar(select(func.count()).select_from(t)) or 0)


async def entries(db: AsyncConnection, start: int = 0, end: int | None = None) -> tuple[LogEntry, ...]:
    """Entries with start <= index < end, in order."""
    query = select(t).where(t.c.index >= start)
    if end is not None:
        query = query.where(t.c.index < end)
    return await many(db, query.order_by(t.c.index), LogEntry)


async def leaf_hashes(db: AsyncConnection, end: int | None = None) -> tuple[bytes, ...]:
    """Leaf hashes of the first `end` entries (all when None), in order."""
    query = select(t.c.leaf_hash).order_by(t.c.index)
    if end is not None:
        query = query.where(t.c.index < end)
    return tuple(bytes(leaf) for leaf in await db.scalars(query))


async def of_draw(db: AsyncConnection, m: str) -> tuple[LogEntry, ...]:
    """Entries of the draw with the hex manifest hash `m`, its manifest entry included, in order."""
    return await many(db, select(t).where(t.c.m == m).order_by(t.c.index), LogEntry)


async def journal_heads(db: AsyncConnection, bureau: str) -> tuple[LogEntry, ...]:
    """The heads of a bureau's journal, in the order they were logged."""
    query = select(t).where(t.c.bureau == bureau, t.c.entry["t"].astext == "journal")
    return await many(db, query.order_by(t.c.index), LogEntry)


async def checkpoint_put(db: AsyncConnection, size: int, root: bytes, note: str, at: datetime) -> None:
    """Keep a signed head; the same one again changes nothing. Raises Conflict for another root."""
    values: dict[str, Any] = {"size": size, "root": root, "note": note, "cosignatures": {}, "at": at}
    await db.execute(upsert(c).values(**values).on_conflict_do_nothing())
    if await db.scalar(select(c.c.root).where(c.c.size == size)) != root:
        raise Conflict(f"size {size}")


async def checkpoint_latest(db: AsyncConnection) -> Checkpoint | None:
    """The largest signed head, if any."""
    found = await many(db, select(c).order_by(c.c.size.desc()).limit(1), Checkpoint)
    return found[0] if found else None


async def checkpoint_at(db: AsyncConnection, size: int) -> Checkpoint | None:
    """The signed head of one size, if any."""
    found = await many(db, select(c).where(c.c.size == size), Checkpoint)
    return found[0] if found else None


async def checkpoints(db: AsyncConnection, since: int = 0) -> tuple[Checkpoint, ...]:
    """Signed heads with at least `since` entries, smallest first."""
    return await many(db, select(c).where(c.c.size >= since).order_by(c.c.size), Checkpoint)


async def cosign_put(db: AsyncConnection, size: int, name: str, signature: str) -> None:
    """Add a witness's signature line (verified by the caller) to a head. Raises WrongState without it."""
    merged = c.c.cosignatures.op("||")(func.jsonb_build_object(name, signature))
    await change(db, update(c).where(c.c.size == size).values(cosignatures=merged), wanted=f"size {size}")
