"""A transaction begins, tells the database whose it is, and asks whether the bureau lives there: one trip.

Every request begins at least one, so each trip to the server counts. SQLAlchemy would begin with a trip of
its own, and the settings (`tenants.entering`) would be a second. Here a statement that the connection has
prepared once is executed in the same message as BEGIN; how many rows it says it returned is the answer.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.driver import adapter, told_alike
from tenants.entering import ENTERED, PLACE, Place, enter, quoted, told
from tenants.scope import Scope

_READY = "shuangsui.ready"  # in the connection's info: it has prepared the statement
_PREPARE = """prepare shuangsui_enter (text, text, text, text, text, text, text) as
 select set_config('app.bureau', $1, true), set_config('app.visible', $2, true),
 set_config('app.everywhere', $2, true), set_config('app.subject', $3, true),
 set_config('app.system', $4, true), set_config('statement_timeout', $5, true),
 set_config('lock_timeout', $6, true)
 where not exists (select from bureau b where b.code = any(cast(nullif($2, '') as text[]))
 and b.database <> $7)"""
_ALL_HERE = "SELECT 1"


@dataclass(frozen=True, slots=True)
class Mode:
    """How a transaction runs."""

    read_only: bool = False
    serializable: bool = False

    @property
    def sql(self) -> str:
        """The words that begin it."""
        level = "serializable" if self.serializable else "read committed"
        return f"begin isolation level {level}{' read only' if self.read_only else ''}"


class _Begun:
    """Stands for the driver's transaction object, by which SQLAlchemy ends what began without it."""

    __slots__ = ("_raw",)

    def __init__(self, raw: Any) -> None:
        self._raw = raw

    async def commit(self) -> None:
        await self._raw.execute("commit")

    async def rollback(self) -> None:
        await self._raw.execute("rollback")


async def begin(db: AsyncConnection, mode: Mode) -> None:
    """Begin a transaction without a scope: the public role's, whose rows need none."""
    await _begin(db, mode.sql)


async def begin_within(db: AsyncConnection, mode: Mode, scope: Scope) -> frozenset[str]:
    """Begin a transaction within `scope`.

    Returns:
        As `tenants.entering.enter`: codes of `scope.visible` that live in this database.
    """
    info = db.info
    place: Place = info.get(PLACE) or Place()
    info[ENTERED] = scope
    if place.dialect == "citus":
        await _begin(db, mode.sql)
        return await enter(db, scope)
    if not info.get(_READY):  # apart: in one message with BEGIN it would already be a query of it
        await _once(db)
    tag = await _begin(db, f"{mode.sql}; {_entering(scope, place)}")
    if tag == _ALL_HERE:
        return frozenset(scope.visible)
    return await enter(db, scope)  # nothing was set: some of them live elsewhere, the long way says which


async def end(db: AsyncConnection, word: str) -> None:
    """Commit or roll back, whichever of the two ways statements ran; nothing happens where none runs."""
    sync: Any = db.sync_connection
    if sync is not None and sync.get_transaction() is not None:
        await (db.commit() if word == "commit" else db.rollback())
    elif sync is not None and not sync.invalidated and (here := adapter(db))._transaction is not None:
        raw = here.driver_connection
        try:
            with told_alike(raw):
                await raw.execute(word)
        finally:  # cancelled or unanswered, it may still run: only the server's word ends it
            if not _running(raw):
                here._transaction = None


def running(db: AsyncConnection) -> bool:
    """Whether a transaction may still run behind `db`: its end was asked for, and nobody answered."""
    sync: Any = db.sync_connection
    return sync is not None and not sync.invalidated and _running(adapter(db).driver_connection)


def _running(raw: Any) -> bool:
    return not raw.is_closed() and bool(raw.is_in_transaction())


async def _once(db: AsyncConnection) -> None:
    """What a connection is told before its first transaction."""
    raw = adapter(db).driver_connection
    with told_alike(raw):
        await raw.execute(_PREPARE)
    db.info[_READY] = True


async def _begin(db: AsyncConnection, sql: str) -> str:
    here = adapter(db)
    raw = here.driver_connection
    with told_alike(raw):
        tag = await raw.execute(sql)
    here._transaction = _Begun(raw)
    return str(tag)


@lru_cache(maxsize=1024)
def _entering(scope: Scope, place: Place) -> str:
    """The statement's execution; every value is quoted, whatever stands in it."""
    return f"execute shuangsui_enter({', '.join(map(quoted, told(scope, place)))})"
