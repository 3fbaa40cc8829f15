"""Advisory locks that end with the transaction."""

import hashlib
from collections.abc import Iterable

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_HOLD = text("select pg_advisory_xact_lock(:key)")
_SHARE = text("select pg_advisory_xact_lock_shared(:key)")
_HOLD_ALL = text(
    "select pg_advisory_xact_lock(one.key) from (select o.key from unnest(cast(:keys as bigint[]))"
    " with ordinality as o (key, n) order by o.n offset 0) as one"
)
_TRY = text("select pg_try_advisory_xact_lock(:key)")


def lock_key(*parts: str) -> int:
    """64-bit key of a lock name; a collision only makes two callers wait for each other."""
    digest = hashlib.sha256("\x00".join(("shuangsui", *parts)).encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


async def hold(db: AsyncConnection, *parts: str) -> None:
    """Wait for the lock named by `parts` and hold it until the transaction ends."""
    await db.execute(_HOLD, {"key": lock_key(*parts)})


async def share(db: AsyncConnection, *parts: str) -> None:
    """As `hold`, but beside others who share it; only who holds it alone waits for them, and they for him."""
    await db.execute(_SHARE, {"key": lock_key(*parts)})


async def hold_all(db: AsyncConnection, names: Iterable[tuple[str, ...]]) -> None:
    """As `hold` for several locks, one after the other in the order given, in one round trip."""
    await db.execute(_HOLD_ALL, {"keys": [lock_key(*parts) for parts in names]})


async def try_hold(db: AsyncConnection, *parts: str) -> bool:
    """Hold the lock until the transaction ends, if nobody else does; never waits."""
    return bool(await db.scalar(_TRY, {"key": lock_key(*parts)}))
