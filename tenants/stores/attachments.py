"""Photos and signatures of visits."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from policies.errors import Missing
from tenants.attachment_rows import Attachment
from tenants.scope import Scope, require_own, within
from tenants.stores.common import columns_of, many
from tenants.tables import attachment as t


async def keep(db: AsyncConnection, scope: Scope, row: Attachment, file: bytes) -> bool:
    """Keep a file of the own bureau; False when the visit has the very same one already."""
    require_own(scope, row.bureau)
    values = asdict(row) | {"bureau": scope.bureau, "facts": dict(row.facts), "file": file}
    kept = await db.scalar(insert(t).values(**values).on_conflict_do_nothing().returning(t.c.sha256))
    return kept is not None


async def of_task(
    db: AsyncConnection, scope: Scope, bureau: str, draw_no: int, slot: int
) -> tuple[Attachment, ...]:
    """Every file of a drawn visit, in the order of arrival, without the bytes."""
    return await many(db, _of(scope, bureau, draw_no, slot).order_by(t.c.at, t.c.sha256), Attachment)


async def file(
    db: AsyncConnection, scope: Scope, bureau: str, draw_no: int, slot: int, sha256: str
) -> tuple[Attachment, bytes]:
    """One file with its bytes. Raises Missing."""
    query = _of(scope, bureau, draw_no, slot).where(t.c.sha256 == sha256)
    found = await many(db, query, Attachment)
    data = await db.scalar(
        select(t.c.file).where(*_where(scope, bureau, draw_no, slot), t.c.sha256 == sha256)
    )
    if not found or data is None:
        raise Missing(sha256[:12], what="附件")
    return found[0], bytes(data)


def _of(scope: Scope, bureau: str, draw_no: int, slot: int) -> Select[Any]:
    return select(*columns_of(t, Attachment)).where(*_where(scope, bureau, draw_no, slot))


def _where(scope: Scope, bureau: str, draw_no: int, slot: int) -> tuple[ColumnElement[bool], ...]:
    here = (t.c.bureau == bureau, t.c.draw_no == draw_no, t.c.slot == slot)
    return (within(scope, t.c.bureau), *here)
