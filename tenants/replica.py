"""The tree of bureaus in every database: foreign keys point to it; the control database's is the true one."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.homes import hold_homes
from tenants.scope import Scope
from tenants.tables import bureau as t

if TYPE_CHECKING:
    from tenants.session import Database

SYSTEM = Scope.for_system()
_KEPT = ("name", "level", "parent", "path", "labels", "database")


async def bring_up(control: "Database", own: "Database") -> int:
    """Make the tree in `own` equal to that of `control`; returns how many rows changed.

    Nobody changes where a bureau lives meanwhile: the copy would put an old answer back.
    """
    async with control.unit(SYSTEM) as true:
        await hold_homes(true)
        rows = await tree(true)
        async with own.unit(SYSTEM) as copy:
            return await write_tree(copy, rows)


async def tree(db: AsyncConnection) -> Sequence[dict[str, Any]]:
    """Every bureau as kept, parents before children."""
    found = await db.execute(select(t).order_by(func.cardinality(t.c.path), t.c.code))
    return [dict(row._mapping) for row in found]


async def write_tree(db: AsyncConnection, rows: Sequence[dict[str, Any]]) -> int:
    """Add and change bureaus; rows that are the same already are not touched. Needs a system scope."""
    if not rows:
        return 0
    new = insert(t).values(list(rows))
    differs = or_(*(t.c[name].is_distinct_from(new.excluded[name]) for name in _KEPT))
    statement = new.on_conflict_do_update(
        index_elements=[t.c.code], set_={name: new.excluded[name] for name in _KEPT}, where=differs
    )
    done = await db.execute(statement.returning(t.c.code))
    return len(done.all())
