"""The moves as the control database keeps them: written by the operator's commands alone."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, insert, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.moving.rows import Move, MoveState
from tenants.scope import Scope, own, require_own, within
from tenants.stores.common import change, many
from tenants.tables import bureau, bureau_gate
from tenants.tables import bureau_move as t

_ENDED = ("done", "undone")


async def begin(db: AsyncConnection, scope: Scope, move: Move) -> None:
    """Keep a new move. Raises Conflict while another one of the bureau is open."""
    if not _deployment(scope):
        require_own(scope, move.bureau)
    values = {f.name: getattr(move, f.name) for f in fields(move)}
    await db.execute(insert(t).values(**values))


async def unfinished(db: AsyncConnection, scope: Scope, code: str | None = None) -> tuple[Move, ...]:
    """Moves that were begun and not ended, of one bureau or of all."""
    query = select(t).where(_seen(scope, t.c.bureau), t.c.state.not_in(_ENDED)).order_by(t.c.started_at)
    return await many(db, query if code is None else query.where(t.c.bureau == code), Move)


async def of_bureau(db: AsyncConnection, scope: Scope, code: str) -> tuple[Move, ...]:
    """Every move of a bureau, the latest first."""
    query = select(t).where(_seen(scope, t.c.bureau), t.c.bureau == code)
    return await many(db, query.order_by(t.c.started_at.desc()), Move)


async def leftovers(db: AsyncConnection, scope: Scope, code: str | None = None) -> tuple[Move, ...]:
    """Moves that were done and whose old rows are still there, the latest first."""
    kept = _seen(scope, t.c.bureau), t.c.state == "done", t.c.cleaned_at.is_(None)
    query = select(t).where(*kept).order_by(t.c.started_at.desc())
    return await many(db, query if code is None else query.where(t.c.bureau == code), Move)


async def advance(
    db: AsyncConnection,
    scope: Scope,
    id: UUID,
    state: MoveState,
    at: datetime,
    more: Mapping[str, Any] | None = None,
) -> None:
    """Note how far a move is, and with `more` what was copied: columns `rows`, `size`, `tables`."""
    values: dict[str, Any] = {"state": state, "at": at, **(more or {})}
    await change(db, update(t).where(_own(scope, t.c.bureau), t.c.id == id).values(values), wanted="open")


async def cleaned(db: AsyncConnection, scope: Scope, code: str, place: str, at: datetime) -> None:
    """Nothing of the bureau is left in that database any more."""
    left = update(t).where(_own(scope, t.c.bureau), t.c.bureau == code, t.c.state == "done")
    await db.execute(left.where(t.c.source == place, t.c.cleaned_at.is_(None)).values(cleaned_at=at))


async def known_there(db: AsyncConnection, scope: Scope, code: str, place: str) -> bool:
    """Whether a move of this deployment may have left rows of the bureau in that database."""
    query = select(t.c.id).where(_seen(scope, t.c.bureau), t.c.bureau == code)
    there = or_(t.c.source == place, t.c.target == place)
    return (await db.execute(query.where(there).limit(1))).first() is not None


async def home_of(db: AsyncConnection, code: str) -> str | None:
    """Name of the database the bureau lives in by this tree; None when it has no such bureau."""
    return await db.scalar(select(bureau.c.database).where(bureau.c.code == code))


async def switch(db: AsyncConnection, code: str, place: str) -> None:
    """From now on the bureau lives there, by this tree; needs a system scope."""
    await change(
        db, update(bureau).where(bureau.c.code == code).values(database=place), wanted="the bureau is known"
    )


async def closed_gates(db: AsyncConnection, scope: Scope) -> tuple[str, ...]:
    """Bureaus whose writes this database refuses, because they are being moved."""
    code = bureau_gate.c.bureau
    query = select(code).where(_seen(scope, code), bureau_gate.c.moving).order_by(code)
    return tuple((await db.scalars(query)).all())


def _deployment(scope: Scope) -> bool:
    """The operator's commands act for all bureaus at once."""
    return scope.system and not scope.bureau


def _seen(scope: Scope, column: ColumnElement[str]) -> ColumnElement[bool]:
    return true() if _deployment(scope) else within(scope, column)


def _own(scope: Scope, column: ColumnElement[str]) -> ColumnElement[bool]:
    return true() if _deployment(scope) else own(scope, column)
