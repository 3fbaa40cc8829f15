"""Counts and digests of a bureau's rows, streamed: nothing of a table is held in memory."""

import hashlib
from collections.abc import Awaitable, Callable, Sequence

from sqlalchemy import Table
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.moving.errors import CopyDiffers
from tenants.moving.reach import columns, driver, keys, tables
from tenants.moving.rows import TableSum

# tables done, of how many, the one under way, and rows of it that are done
Told = Callable[[int, int, str, int], Awaitable[None]]
PAGE = 2000
EVERY = 20_000  # rows between two words about a table


async def sums_of(db: AsyncConnection, bureau: str, told: Told | None = None) -> tuple[TableSum, ...]:
    """The sum of each table's rows of one bureau; `db` is the mover's, see `reach.opened`."""
    found, all_ = [], tables()
    for n, table in enumerate(all_):
        found.append(await _sum(db, table, bureau, within(told, n, len(all_), table.name)))
    return tuple(found)


def within(told: Told | None, n: int, of: int, name: str) -> Callable[[int], Awaitable[None]]:
    """Told of one table: when it begins, and each time some thousand more rows are done."""
    said = -EVERY

    async def rows(done: int) -> None:
        nonlocal said
        if told is not None and done - said >= EVERY:
            said = done
            await told(n, of, name, done)

    return rows


async def _sum(
    db: AsyncConnection, table: Table, bureau: str, told: Callable[[int], Awaitable[None]]
) -> TableSum:
    """Rows are hashed by their server as text, which all versions we run on write alike."""
    line = f"convert_to(row({columns(table)})::text, 'UTF8')"
    asked = (
        f'select sha256({line}), length({line}) from "{table.name}"'  # noqa: S608 - names of our own tables
        f" where bureau = $1 order by {keys(table)}"
    )
    whole, rows, size = hashlib.sha256(), 0, 0
    await told(0)
    async for row in (await driver(db)).cursor(asked, bureau, prefetch=PAGE):
        whole.update(row[0])
        rows, size = rows + 1, size + row[1]
        if not rows % PAGE:
            await told(rows)
    return TableSum(table.name, rows, whole.hexdigest(), size)


def compare(source: Sequence[TableSum], target: Sequence[TableSum]) -> None:
    """Refuse a copy that is not one. Raises CopyDiffers at the first table."""
    for one, other in zip(source, target, strict=True):
        if one != other:
            raise CopyDiffers(_told(other), table=one.table, wanted=_told(one))


def _told(one: TableSum) -> str:
    return f"{one.rows} / {one.digest[:16]}"
