"""Advisory locks that end with the transaction."""

import hashlib

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

_HOLD = text("select pg_advisory_xact_lock(:key)")


def lock_key(*parts: str) -> int:
    """64-bit key of a lock name; a collision only makes two callers wait for each other."""
    digest = hashlib.sha256("\x00".join(("shuangsui", *parts)).encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


async def hold(db: AsyncConnection, *parts: str) -> None:
    """Wait for the lock named by `parts` and hold it until the transaction ends."""
    await db.execute(_HOLD, {"key": lock_key(*parts)})
