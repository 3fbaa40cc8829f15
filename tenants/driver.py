"""The driver's own connection under SQLAlchemy's, for the few statements that every request sends.

SQLAlchemy builds, looks up and wraps a statement for longer than the database needs to answer a read by its
key. What runs here runs in the same transaction, on the same connection, and fails in the same words.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakKeyDictionary

import asyncpg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.trouble import about

_PLACES: WeakKeyDictionary[Any, str] = WeakKeyDictionary()


async def pooled(db: AsyncConnection) -> Any:
    """The pool's connection under `db`; a control connection that has not joined its unit yet joins now."""
    sync = getattr(db, "sync_connection", None)
    if sync is None or sync.invalidated:
        return await db.get_raw_connection()
    return sync.connection


async def driver(db: AsyncConnection) -> Any:
    """The asyncpg connection of `db`, in whose transaction the next statement runs.

    SQLAlchemy begins a transaction with its first statement; where it has run none, it runs one.
    """
    raw = (await pooled(db)).driver_connection
    if not raw.is_in_transaction():
        await db.exec_driver_sql("select 1")
    return raw


def adapter(db: AsyncConnection) -> Any:
    """What SQLAlchemy keeps between itself and the driver's connection."""
    sync: Any = db.sync_connection
    return sync.connection.dbapi_connection


def dead(db: AsyncConnection) -> bool:
    """Whether nothing can be asked through it any more, as far as this process knows."""
    return db.closed or db.invalidated or bool(adapter(db).driver_connection.is_closed())


def known_at(raw: Any, name: str) -> None:
    """Remember which database a driver's connection leads to: its errors say so."""
    _PLACES[raw] = name


@contextmanager
def told_alike(raw: Any) -> Iterator[None]:
    """Errors of the driver as SQLAlchemy tells them, so that everybody above knows one kind.

    A statement that took too long on our own clock stays a TimeoutError, as it does there.
    """
    try:
        yield
    except TimeoutError as error:
        about(error, _PLACES.get(raw, ""))
        raise
    except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError) as error:
        about(error, _PLACES.get(raw, ""))
        raise DBAPIError(None, None, error, connection_invalidated=raw.is_closed()) from error
    except asyncpg.InternalClientError as error:  # it lost the thread of the protocol: of no use any more
        raw.terminate()
        raise DBAPIError(None, None, error, connection_invalidated=True) from error
