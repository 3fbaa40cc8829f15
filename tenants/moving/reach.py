"""The mover's connections: the migrator's, outside every pool, for one bureau."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import String, Table, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.pool import NullPool

from tenants.identity import check_owner
from tenants.locks import lock_key
from tenants.moving.errors import MoveRunning, SwitchOpen
from tenants.moving.rows import Place
from tenants.reaching import readable
from tenants.session import make_engine
from tenants.tables import metadata

# Rows are written out the same way everywhere, whatever a server's or a role's defaults are.
_ALIKE = text(
    "select set_config('app.moving', :bureau, true), set_config('timezone', 'UTC', true),"
    " set_config('datestyle', 'ISO, YMD', true), set_config('extra_float_digits', '1', true),"
    " set_config('bytea_output', 'hex', true), set_config('statement_timeout', '0', true),"
    " set_config('idle_in_transaction_session_timeout', '0', true)"
)

_LIMIT = text("select set_config('lock_timeout', :limit, true)")
_GATE = text("select here from bureau_gate where bureau = :bureau for share")  # as writers do
_TIMED_OUT = "55P03"
PATIENCE = 10.0


def tables() -> list[Table]:
    """Every table that travels with its bureau, those pointed to before those that point."""
    return [t for t in metadata.sorted_tables if t.info["holds"] == "bureau" and not t.info.get("stays")]


@asynccontextmanager
async def opened(
    place: Place, bureau: str, *, frozen: bool = False, wait: float = PATIENCE, away: bool = False
) -> AsyncIterator[AsyncConnection]:
    """One transaction of the migrator for one bureau; commits at the end, rolls back on any error.

    Args:
        place: which database.
        bureau: whose rows the policies show.
        frozen: REPEATABLE READ, READ ONLY: everything as it stands at the first statement.
        wait: seconds to wait for a switch of this bureau that runs, or is prepared, in this database; none
            begins while the transaction runs. 0: do not ask, `gates.close` has its own way to wait.
        away: refuse when the bureau lives here after all.

    Raises:
        WrongDatabase: the identity row carries another name, or the schema is another.
        SwitchOpen: that switch did not end, or it ended here.
        NoConnection: the server cannot be reached, or refuses.
    """
    engine = make_engine(place.urls.migrator, poolclass=NullPool)
    try:
        with readable(place.urls.migrator):
            raw = await engine.connect()
        try:
            level: dict[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
            db = await raw.execution_options(**level) if frozen else raw
            async with db.begin():
                await db.execute(_ALIKE, {"bureau": bureau})
                await db.run_sync(check_owner, place.urls.identity)
                if wait and not frozen:
                    await _settled(db, place, bureau, wait, away)
                yield db
        finally:
            await raw.close()
    finally:
        await engine.dispose()


async def _settled(db: AsyncConnection, place: Place, bureau: str, wait: float, away: bool) -> None:
    """Whether the bureau lives here is known and stays so: the policies look at it without waiting."""
    await db.execute(_LIMIT, {"limit": str(max(1, round(wait * 1000)))})
    try:
        here = await db.scalar(_GATE, {"bureau": bureau})
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) != _TIMED_OUT:
            raise
        raise SwitchOpen(place.name, bureau=bureau) from None
    if here and away:
        raise SwitchOpen(place.name, bureau=bureau)
    await db.execute(_LIMIT, {"limit": "0"})


@asynccontextmanager
async def alone(control: Place, bureau: str) -> AsyncIterator[None]:
    """While the block runs, no other command moves or cleans the bureau; a death ends it.

    Raises:
        MoveRunning: one does.
        WrongDatabase: another database, or another schema.
    """
    engine = make_engine(control.urls.migrator, poolclass=NullPool)
    key = {"key": lock_key("move", bureau)}
    try:
        with readable(control.urls.migrator):
            db = await engine.connect()
        try:
            await db.run_sync(check_owner, control.urls.identity)
            if not await db.scalar(text("select pg_try_advisory_lock(:key)"), key):
                raise MoveRunning(bureau, bureau=bureau)
            await db.commit()  # the lock is the connection's: no transaction stands open meanwhile
            yield
        finally:
            await db.close()
    finally:
        await engine.dispose()


async def driver(db: AsyncConnection) -> Any:
    """The driver's own connection, within the transaction that runs."""
    return (await db.get_raw_connection()).driver_connection


def columns(table: Table) -> str:
    """Its columns, quoted, in one order everywhere."""
    return ", ".join(f'"{c.name}"' for c in table.columns)


def keys(table: Table) -> str:
    """Its key as an order that no server's language changes."""
    named = ((f'"{c.name}"', isinstance(c.type, String)) for c in table.primary_key)
    return ", ".join(f'{name} collate "C"' if words else name for name, words in named)
