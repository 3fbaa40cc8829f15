"""The tree of bureaus: reference data of the deployment, written by the deployment itself."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Row, Select, any_, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from policies.errors import Missing
from policies.terms import Bureau
from tenants.rows import BureauEntry
from tenants.tables import bureau as t


async def put(
    db: AsyncConnection,
    bureau: Bureau,
    path: Sequence[str] | None = None,
    labels: Mapping[str, Any] | None = None,
) -> None:
    """Add or change a bureau; needs a system scope.

    Args:
        db: connection of a system unit.
        bureau: the bureau; its parent must be there already.
        path: codes from the province down to its own; the parent's path plus its code when not given.
        labels: names of its parts and documents, for pages.
    """
    full = tuple(path) if path is not None else await _path(db, bureau)
    values = {
        "name": bureau.name,
        "level": bureau.level,
        "parent": bureau.parent,
        "path": list(full),
        "labels": dict(labels or {}),
    }
    statement = insert(t).values(code=bureau.code, **values)
    await db.execute(statement.on_conflict_do_update(index_elements=[t.c.code], set_=values))


async def place(db: AsyncConnection, code: str, database: str) -> None:
    """Say in which database a bureau without rows lives; needs a system scope.

    One with rows is moved (`shuangsui bureau move`): nothing follows from here.
    """
    await db.execute(update(t).where(t.c.code == code).values(database=database))


async def all_(db: AsyncConnection) -> tuple[BureauEntry, ...]:
    """Every bureau of the deployment, by code."""
    return await _many(db, select(t).order_by(t.c.code))


async def get(db: AsyncConnection, code: str) -> BureauEntry:
    """One bureau. Raises Missing."""
    found = await _many(db, select(t).where(t.c.code == code))
    if not found:
        raise Missing(code, what="单位")
    return found[0]


async def children(db: AsyncConnection, code: str) -> tuple[BureauEntry, ...]:
    """The bureaus directly below."""
    return await _many(db, select(t).where(t.c.parent == code).order_by(t.c.code))


async def visible_from(db: AsyncConnection, code: str) -> tuple[str, ...]:
    """Own code first, then every bureau below it: what a city or province scope reads."""
    below = await _many(
        db, select(t).where(literal(code) == any_(t.c.path), t.c.code != code).order_by(t.c.code)
    )
    return (code, *(entry.code for entry in below))


async def _path(db: AsyncConnection, bureau: Bureau) -> tuple[str, ...]:
    above = (await get(db, bureau.parent)).path if bureau.parent else ()
    return (*above, bureau.code)


async def _many(db: AsyncConnection, query: Select[Any]) -> tuple[BureauEntry, ...]:
    return tuple(_entry(row) for row in await db.execute(query))


def _entry(row: Row[Any]) -> BureauEntry:
    return BureauEntry(
        code=row.code,
        name=row.name,
        level=row.level,
        parent=row.parent,
        path=tuple(row.path),
        labels=row.labels,
        database=row.database,
    )
