"""Files made for the provincial platform and their receipts."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.records import Upload
from tenants.scope import Scope, own, require_own, within
from tenants.stores.common import change, many
from tenants.tables import upload as t
from tenants.tables import visit as v


async def keep(db: AsyncConnection, scope: Scope, upload: Upload, visits: Sequence[UUID]) -> None:
    """Keep a made file and mark its visits as uploaded with it."""
    require_own(scope, upload.bureau)
    values = {name: getattr(upload, name) for name in Upload.__dataclass_fields__}
    await db.execute(insert(t).values(**values))
    mark = update(v).where(own(scope, v.c.bureau), v.c.id.in_(visits), v.c.uploaded_at.is_(None))
    await db.execute(mark.values(uploaded_at=upload.made_at, upload_id=upload.id))


async def receive(db: AsyncConnection, scope: Scope, id: UUID, receipt: str, at: datetime) -> None:
    """Note the platform's receipt, once."""
    where = (own(scope, t.c.bureau), t.c.id == id, t.c.receipt.is_(None))
    await change(db, update(t).where(*where).values(receipt=receipt, receipt_at=at), wanted="made")


async def recent(db: AsyncConnection, scope: Scope, bureau: str, limit: int = 20) -> tuple[Upload, ...]:
    """The latest files of a bureau, newest first."""
    query = select(t).where(within(scope, t.c.bureau), t.c.bureau == bureau)
    return await many(db, query.order_by(t.c.made_at.desc(), t.c.id).limit(limit), Upload)
