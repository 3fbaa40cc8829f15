"""Files on their way into a roster: checked, then taken or dropped."""

from collections.abc import Collection, Mapping
from dataclasses import asdict
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import Select, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.errors import WrongState
from tenants.import_rows import CheckState, ImportCheck
from tenants.scope import Scope, own, within
from tenants.stores.common import change, many, one
from tenants.tables import import_check as t


async def put(db: AsyncConnection, scope: Scope, made: ImportCheck) -> ImportCheck:
    """Keep a file handed in to the own bureau."""
    if made.bureau != scope.bureau:
        raise WrongState(made.bureau, wanted=scope.bureau)
    await db.execute(insert(t).values(**asdict(made)))
    return made


async def get(db: AsyncConnection, scope: Scope, bureau: str, id: UUID) -> ImportCheck:
    """One of them. Raises Missing."""
    return await one(db, _of(scope, bureau).where(t.c.id == id), ImportCheck, what="导入检查", key=id)


async def recent(db: AsyncConnection, scope: Scope, bureau: str, limit: int = 10) -> tuple[ImportCheck, ...]:
    """The latest of a visible bureau, newest first."""
    query = _of(scope, bureau).order_by(t.c.made_at.desc(), t.c.id).limit(limit)
    return await many(db, query, ImportCheck)


async def locked(db: AsyncConnection, scope: Scope, id: UUID) -> ImportCheck:
    """One of the own bureau's, for this transaction alone: who asks at the same moment waits.

    Raises:
        Missing: the own bureau has no such file.
    """
    query = select(t).where(own(scope, t.c.bureau), t.c.id == id).with_for_update()
    return await one(db, query, ImportCheck, what="导入检查", key=id)


async def move(
    db: AsyncConnection,
    scope: Scope,
    id: UUID,
    state: CheckState,
    *,
    before: Collection[CheckState],
    values: Mapping[str, Any] = MappingProxyType({}),
) -> None:
    """Put one of the own bureau's into another state.

    Args:
        before: states it may be in; a second one who asks at the same moment finds it in none of them.
        values: further columns to set.

    Raises:
        WrongState: it is in none of them, or there is no such file.
    """
    where = (own(scope, t.c.bureau), t.c.id == id, t.c.state.in_(before))
    fields = {"stage": "", "done": 0, "total": 0, **values}
    await change(db, update(t).where(*where).values(state=state, **fields), wanted="、".join(sorted(before)))


async def progress(
    db: AsyncConnection, scope: Scope, id: UUID, stage: str, done: int, total: int, *, state: CheckState
) -> None:
    """Note how far the worker is with one of the own bureau's. Raises WrongState: it was dropped."""
    where = (own(scope, t.c.bureau), t.c.id == id, t.c.state == state)
    values = {"stage": stage, "done": done, "total": total}
    await change(db, update(t).where(*where).values(**values), wanted=state)


def _of(scope: Scope, bureau: str) -> Select[Any]:
    return select(t).where(within(scope, t.c.bureau), t.c.bureau == bureau)
