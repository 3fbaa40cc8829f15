"""Approved choices as anyone may read them, through the portal role; the two people stay unnamed."""

from uuid import UUID

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from policies.errors import Missing
from tenants.organisation_rows import PublicChoice
from tenants.rows import Json
from tenants.stores.common import columns_of, many
from tenants.tables import rule_choice as t

_COLUMNS = columns_of(t, PublicChoice)


async def public_choices(db: AsyncConnection, bureau: str) -> tuple[PublicChoice, ...]:
    """Approved choices of a bureau, by key and day."""
    return await many(db, _of(bureau).order_by(t.c.key, t.c.effective, t.c.id), PublicChoice)


async def public_composed(db: AsyncConnection, bureau: str, id: UUID) -> Json:
    """The whole rules an approval made; their JCS hashes to `h` of the log entry. Raises Missing."""
    found: Json | None = await db.scalar(select(t.c.composed).where(*_approved(bureau), t.c.id == id))
    if found is None:
        raise Missing(id, what="自选规则")
    return found


def _of(bureau: str) -> Select[tuple[object, ...]]:
    return select(*_COLUMNS).where(*_approved(bureau))


def _approved(bureau: str) -> tuple[ColumnElement[bool], ...]:
    # The predicate repeats the policy of the portal role, which may not read who approved.
    return t.c.bureau == bureau, t.c.approved_at.is_not(None)
