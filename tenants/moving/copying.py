"""Copying a bureau's rows from database to database, byte for byte, in one transaction of the target.

Values travel as the driver has them, JSON and blobs as bytes; nothing of ours looks into them. Every
constraint and foreign key of the target holds for them; checks that ask for a state of the past do not.
"""

from collections.abc import Awaitable, Callable
from typing import Any

from sqlalchemy import LargeBinary, Table, text
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.moving.reach import columns, driver, tables
from tenants.moving.sums import Told, within

PAGE, HEAVY_PAGE = 500, 20  # rows at a time; sealed parts may have megabytes each


async def copy_rows(
    source: AsyncConnection, target: AsyncConnection, bureau: str, told: Told | None = None
) -> int:
    """Copy everything of a bureau; returns how many rows.

    Args:
        source: the mover's connection, frozen (`reach.opened`).
        target: the mover's connection where the bureau does not live.
        bureau: whose rows.
        told: gets each table before it is copied, and each time some thousand rows of it are.
    """
    reading, writing = await _plain(source), await _plain(target)
    done, all_ = 0, tables()
    for n, table in enumerate(all_):
        done += await _copy(reading, writing, table, bureau, within(told, n, len(all_), table.name))
    return done


async def _plain(db: AsyncConnection) -> Any:
    """The driver's connection, handing JSON through as the server wrote it."""
    raw = await driver(db)
    same: Any = {"encoder": bytes, "decoder": bytes, "schema": "pg_catalog", "format": "binary"}
    await raw.set_type_codec("jsonb", **same)
    return raw


async def _copy(
    source: Any, target: Any, table: Table, bureau: str, told: Callable[[int], Awaitable[None]]
) -> int:
    named = columns(table)
    places = ", ".join(f"${n}" for n in range(1, len(table.columns) + 1))
    put = f'insert into "{table.name}" ({named}) values ({places})'  # noqa: S608 - names of our own tables
    asked = f'select {named} from "{table.name}" where bureau = $1'  # noqa: S608
    page = HEAVY_PAGE if any(isinstance(c.type, LargeBinary) for c in table.columns) else PAGE
    cursor, done = await source.cursor(asked, bureau), 0
    await told(0)
    while rows := await cursor.fetch(page):
        await target.executemany(put, [tuple(row) for row in rows])
        done += len(rows)
        await told(done)
    return done


async def count_rows(db: AsyncConnection, bureau: str) -> int:
    """How many rows of the bureau are there, whatever they are."""
    each = " union all ".join(
        f'select count(*) as n from "{t.name}" where bureau = :bureau'  # noqa: S608 - names of our own tables
        for t in tables()
    )
    return int(await db.scalar(text(f"select sum(n) from ({each}) as one"), {"bureau": bureau}) or 0)  # noqa: S608


async def remove_rows(db: AsyncConnection, bureau: str) -> int:
    """Delete every row of a bureau where it does not live; those that point go first. Returns how many.

    The policies of step 0014 show the mover no row of a bureau that lives here: then nothing happens.
    """
    done = 0
    for table in reversed(tables()):
        statement = text(f'delete from "{table.name}" where bureau = :bureau')  # noqa: S608
        done += (await db.execute(statement, {"bureau": bureau})).rowcount
    return done
