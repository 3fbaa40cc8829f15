"""Connections kept at hand between two transactions: the pool's own hand-over costs more than a read by key.

Behind the lane stands SQLAlchemy's pool. It still opens, counts and limits the connections and lets people
wait for one; a connection goes back to it when somebody waits, when enough are kept, or when one was lost.
"""

import asyncio
from contextlib import suppress

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from tenants.driver import adapter, dead


class Lane:
    """Hands out connections that run no transaction, and takes them back.

    Args:
        engine: opens them. keep: how many may lie idle here.
    """

    def __init__(self, engine: AsyncEngine, keep: int) -> None:
        self._engine, self._keep = engine, keep
        self._idle: list[AsyncConnection] = []
        self._waiting = 0
        self._shut = False

    async def take(self) -> AsyncConnection:
        """A connection; the caller gives it back or throws it away, nothing else."""
        while self._idle:
            db = self._idle.pop()
            if not dead(db):
                return db
            await self.lose(db)
        self._waiting += 1
        try:
            return await self._engine.connect()
        finally:
            self._waiting -= 1

    async def give(self, db: AsyncConnection) -> None:
        """Back for the next one; its transaction has ended. Where it has not after all, nobody gets it."""
        if not dead(db) and adapter(db).driver_connection.is_in_transaction():
            await self.lose(db)
        elif self._shut or self._waiting or len(self._idle) >= self._keep or dead(db):
            await asyncio.shield(db.close())
        else:
            self._idle.append(db)

    async def lose(self, db: AsyncConnection) -> None:
        """Throw a connection away: it broke, or may have stopped in the middle of the protocol.

        The others go back to the pool, which knows which of them the same trouble has reached.
        """
        with suppress(Exception):
            if not (db.closed or db.invalidated) and dead(
                db
            ):  # asked once more through the pool, which learns of it and mistrusts
                await db.exec_driver_sql("select 1")  # all the connections it opened before
        with suppress(Exception):
            await asyncio.shield(db.invalidate())
        with suppress(Exception):
            await asyncio.shield(db.close())
        await self._flush()

    async def close(self) -> None:
        """Give everything back; from now on nothing is kept."""
        self._shut = True
        await self._flush()

    async def _flush(self) -> None:
        while self._idle:
            with suppress(Exception):
                await asyncio.shield(self._idle.pop().close())
