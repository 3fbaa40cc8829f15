"""What anyone may read, through the portal role. No scope: the database shows published rows only."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Select, Text, func, literal, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from policies.errors import Missing
from tenants.records import PublicDraw, PublicNotice
from tenants.rows import BureauEntry
from tenants.stores.common import columns_of, many, one
from tenants.tables import bureau as b
from tenants.tables import draw as d
from tenants.tables import notice as n

_EMPTY = {"m": "", "prev": "", "manifest": {}, "rules": {}}
_DRAW = [
    func.coalesce(column, literal(_EMPTY[column.name], column.type)).label(column.name)
    if column.name in _EMPTY
    else column
    for column in columns_of(d, PublicDraw)
]
_NOTICE = columns_of(n, PublicNotice)
_BUREAU = (b.c.code, b.c.name, b.c.level, b.c.parent, b.c.path, b.c.labels)
Cursor = tuple[datetime, UUID]


async def public_list(
    db: AsyncConnection,
    bureau: str | None = None,
    kind: str | None = None,
    after: Cursor | None = None,
    limit: int = 20,
    *,
    among: Collection[str] | None = None,
) -> tuple[PublicNotice, ...]:
    """Published notices, newest first.

    Args:
        after: (published_at, id) of the last one shown.
        among: only of these bureaus. A move leaves rows behind: whoever asks several databases names those
            that live in each, or what is left over would fill the page in the place of others.
    """
    query = _notices().where(*_among(n.c.bureau, among))
    if bureau is not None:
        query = query.where(n.c.bureau == bureau)
    if kind is not None:
        query = query.where(n.c.kind == kind)
    if after is not None:
        query = query.where(tuple_(n.c.published_at, n.c.id) < tuple_(*after))
    query = query.order_by(n.c.published_at.desc(), n.c.id.desc()).limit(limit)
    return await many(db, query, PublicNotice)


async def public_get(db: AsyncConnection, id: UUID) -> PublicNotice:
    """One published notice. Raises Missing."""
    return await one(db, _notices().where(n.c.id == id), PublicNotice, what="公示", key=id)


async def public_draws(
    db: AsyncConnection,
    bureau: str | None = None,
    limit: int = 100,
    *,
    among: Collection[str] | None = None,
) -> tuple[PublicDraw, ...]:
    """Frozen, drawn, opened and void draws of a bureau (or all), the platform's too, newest first.

    `among`: as of `public_list`.
    """
    query = _draws().where(*_among(d.c.bureau, among))
    if bureau is not None:
        query = query.where(d.c.bureau == bureau)
    return await many(
        db,
        query.order_by(func.coalesce(d.c.frozen_at, d.c.drawn_at).desc(), d.c.bureau).limit(limit),
        PublicDraw,
    )


async def public_draw(db: AsyncConnection, bureau: str, draw_no: int) -> PublicDraw:
    """One draw's public face. Raises Missing."""
    query = _draws().where(d.c.bureau == bureau, d.c.draw_no == draw_no)
    return await one(db, query, PublicDraw, what="抽查", key=draw_no)


async def public_draw_by_m(db: AsyncConnection, m: str) -> PublicDraw:
    """One draw's public face by its manifest hash. Raises Missing."""
    return await one(db, _draws().where(d.c.m == m), PublicDraw, what="抽查", key=m)


async def public_bureaus(db: AsyncConnection) -> tuple[BureauEntry, ...]:
    """The bureau tree, by code."""
    rows = await db.execute(select(*_BUREAU).order_by(b.c.code))
    return tuple(BureauEntry(**{**row._mapping, "path": tuple(row.path)}) for row in rows)


async def public_bureau(db: AsyncConnection, code: str) -> BureauEntry:
    """One bureau. Raises Missing."""
    for entry in await public_bureaus(db):
        if entry.code == code:
            return entry
    raise Missing(code, what="单位")


def _among(column: ColumnElement[str], codes: Collection[str] | None) -> tuple[ColumnElement[bool], ...]:
    return () if codes is None else (column == func.any(literal(sorted(codes), ARRAY(Text))),)


def _notices() -> Select[Any]:
    # The predicate repeats the policy: each layer must hold with the other switched off.
    return select(*_NOTICE).where(n.c.published_at.is_not(None))


def _draws() -> Select[Any]:
    """The platform's draws have no manifest: empty, so that no reader mistakes them for one of ours."""
    return select(*_DRAW).where(or_(d.c.m.is_not(None), d.c.authority == "platform"))
