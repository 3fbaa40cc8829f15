"""What a bureau's own headings mean, as its people said when a file was checked."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.import_rows import HeadingMeaning, RosterKind
from tenants.scope import Scope, own, within
from tenants.stores.common import change, many
from tenants.tables import import_heading as t


async def of_kind(
    db: AsyncConnection, scope: Scope, bureau: str, kind: RosterKind
) -> tuple[HeadingMeaning, ...]:
    """The meanings remembered for the files of a visible bureau, by heading."""
    query = select(t).where(within(scope, t.c.bureau), t.c.bureau == bureau, t.c.kind == kind)
    return await many(db, query.where(t.c.field.is_not(None)).order_by(t.c.heading), HeadingMeaning)


async def keep(
    db: AsyncConnection, scope: Scope, kind: RosterKind, said: Mapping[str, str], *, at: datetime, by: str
) -> None:
    """Remember for the own bureau which field each heading fills, "" = none; a later word replaces it."""
    rows = [
        {"bureau": scope.bureau, "kind": kind, "heading": heading, "field": field, "at": at, "by": by}
        for heading, field in sorted(said.items())
    ]
    if not rows:
        return
    put = insert(t).values(rows)
    anew = {name: put.excluded[name] for name in ("field", "at", "by")}
    keys = [t.c.bureau, t.c.kind, t.c.heading]
    await db.execute(put.on_conflict_do_update(index_elements=keys, set_=anew, where=own(scope, t.c.bureau)))


async def forget(
    db: AsyncConnection, scope: Scope, kind: RosterKind, heading: str, *, at: datetime, by: str
) -> None:
    """Forget a heading of the own bureau. Raises WrongState: it is not remembered."""
    where = (own(scope, t.c.bureau), t.c.kind == kind, t.c.heading == heading, t.c.field.is_not(None))
    await change(db, update(t).where(*where).values(field=None, at=at, by=by), wanted=heading)
