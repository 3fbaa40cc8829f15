"""Small moves shared by the stores."""

from collections.abc import Iterable
from dataclasses import fields
from typing import Any, TypeVar

from sqlalchemy import CursorResult, Executable, Select, Table
from sqlalchemy.ext.asyncio import AsyncConnection

from policies.errors import Missing
from tenants.errors import WrongState

T = TypeVar("T")


def columns_of(table: Table, kind: type[Any]) -> list[Any]:
    """The columns of a table that a frozen type has fields for."""
    names = {f.name for f in fields(kind)}
    return [column for column in table.c if column.name in names]


async def many(db: AsyncConnection, query: Select[Any], kind: type[T]) -> tuple[T, ...]:
    """Every row of a query as a frozen value with the same field names."""
    return tuple(kind(**row._mapping) for row in await db.execute(query))


async def one(db: AsyncConnection, query: Select[Any], kind: type[T], *, what: str, key: object) -> T:
    """The only row of a query. Raises Missing, whether there is none or it is not visible."""
    found = await many(db, query, kind)
    if not found:
        raise Missing(key, what=what)
    return found[0]


async def run(db: AsyncConnection, statement: Executable, rows: Iterable[Any] | None = None) -> int:
    """Execute a write and return how many rows it touched."""
    result = await (db.execute(statement) if rows is None else db.execute(statement, list(rows)))
    return result.rowcount if isinstance(result, CursorResult) else 0


async def change(db: AsyncConnection, statement: Executable, *, wanted: str) -> None:
    """Execute an update that must touch a row. Raises WrongState when it touched none."""
    if not await run(db, statement):
        raise WrongState(wanted=wanted)
