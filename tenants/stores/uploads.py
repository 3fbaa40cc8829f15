"""Files made for the provincial platform, kept byte for byte, and their receipts."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.errors import WrongState
from tenants.records import Upload
from tenants.scope import Scope, own, require_own, within
from tenants.stores.common import change, columns_of, many, one, run
from tenants.tables import upload as t
from tenants.tables import visit as v

_COLUMNS = columns_of(t, Upload)


async def keep(
    db: AsyncConnection, scope: Scope, upload: Upload, visits: Sequence[UUID], data: bytes
) -> None:
    """Keep a made file and mark its visits as uploaded with it.

    Raises:
        WrongState: one of the visits is not accepted, or was handed over before.
    """
    await put(db, scope, upload, data)
    where = (v.c.id.in_(visits), v.c.state == "accepted", v.c.uploaded_at.is_(None))
    mark = update(v).where(own(scope, v.c.bureau), *where)
    marked = await run(db, mark.values(uploaded_at=upload.made_at, upload_id=upload.id))
    if marked != len(visits):
        raise WrongState(f"{marked}/{len(visits)}", wanted="accepted")


async def put(db: AsyncConnection, scope: Scope, upload: Upload, data: bytes) -> None:
    """Keep a made file alone; what it holds is noted by whoever made it."""
    require_own(scope, upload.bureau)
    values = {name: getattr(upload, name) for name in Upload.__dataclass_fields__}
    await db.execute(insert(t).values(**values, file=data))


async def receive(db: AsyncConnection, scope: Scope, id: UUID, receipt: str, at: datetime) -> None:
    """Note the platform's receipt, once."""
    where = (own(scope, t.c.bureau), t.c.id == id, t.c.receipt.is_(None))
    await change(db, update(t).where(*where).values(receipt=receipt, receipt_at=at), wanted="made")


async def get(db: AsyncConnection, scope: Scope, bureau: str, id: UUID) -> Upload:
    """One file without its bytes. Raises Missing."""
    return await one(db, _of(scope, bureau).where(t.c.id == id), Upload, what="上报文件", key=id)


async def some(db: AsyncConnection, scope: Scope, bureau: str, ids: Sequence[UUID]) -> tuple[Upload, ...]:
    """Files of a bureau with these ids, without their bytes."""
    return await many(db, _of(scope, bureau).where(t.c.id.in_(ids)), Upload)


async def file_of(db: AsyncConnection, scope: Scope, bureau: str, id: UUID) -> bytes:
    """The bytes of a file as it was made; empty when there is none."""
    query = select(t.c.file).where(within(scope, t.c.bureau), t.c.bureau == bureau, t.c.id == id)
    return bytes(await db.scalar(query) or b"")


async def files_of(db: AsyncConnection, scope: Scope, bureau: str, ids: Sequence[UUID]) -> dict[UUID, bytes]:
    """The bytes of several files as they were made."""
    query = select(t.c.id, t.c.file).where(within(scope, t.c.bureau), t.c.bureau == bureau, t.c.id.in_(ids))
    return {row.id: bytes(row.file or b"") for row in await db.execute(query)}


async def count(db: AsyncConnection, scope: Scope, bureau: str, period: str) -> int:
    """Number of files made for a quarter."""
    where = (within(scope, t.c.bureau), t.c.bureau == bureau, t.c.period == period)
    return int(await db.scalar(select(func.count()).select_from(t).where(*where)) or 0)


async def recent(db: AsyncConnection, scope: Scope, bureau: str, limit: int = 20) -> tuple[Upload, ...]:
    """The latest files of a bureau, newest first, without their bytes."""
    return await many(db, _of(scope, bureau).order_by(t.c.made_at.desc(), t.c.id).limit(limit), Upload)


def _of(scope: Scope, bureau: str) -> Select[tuple[object, ...]]:
    return select(*_COLUMNS).where(within(scope, t.c.bureau), t.c.bureau == bureau)
