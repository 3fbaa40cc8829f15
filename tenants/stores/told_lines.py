"""What other systems were told of results, and the findings the lines are made of."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.faults import neutral_errors
from tenants.records import Finding
from tenants.scope import Scope, within
from tenants.stores.common import columns_of, many
from tenants.tables import finding as f
from tenants.tables import told_line as t


@dataclass(frozen=True, slots=True)
class Said:
    """A word about a result: the `n`-th, with the mark of its line; "" takes the earlier ones back."""

    visit_id: UUID
    n: int
    mark: str


async def said(
    db: AsyncConnection, scope: Scope, bureau: str, profile: str, visits: Collection[UUID]
) -> Mapping[UUID, Said]:
    """Visit → the last line a system was told about it; those never told are not there."""
    where = (within(scope, t.c.bureau), t.c.bureau == bureau, t.c.profile == profile)
    query = select(*columns_of(t, Said)).where(*where, t.c.visit_id.in_(visits))
    query = query.ext(distinct_on(t.c.visit_id)).order_by(t.c.visit_id, t.c.n.desc())
    return {one.visit_id: one for one in await many(db, query, Said)}


async def keep(
    db: AsyncConnection, scope: Scope, upload_id: UUID, profile: str, lines: Sequence[Said]
) -> None:
    """Note the lines of a made file of the scope's own bureau.

    Raises:
        Conflict: another file said the next word about one of the results meanwhile.
    """
    file = {"bureau": scope.bureau, "upload_id": upload_id, "profile": profile}
    with neutral_errors():
        await db.execute(insert(t), [file | asdict(one) for one in lines])


async def findings(
    db: AsyncConnection, scope: Scope, bureau: str, visits: Collection[UUID]
) -> Mapping[UUID, tuple[Finding, ...]]:
    """Visit → its findings, by number; visits without one are not there."""
    where = (within(scope, f.c.bureau), f.c.bureau == bureau, f.c.visit_id.in_(visits))
    found: dict[UUID, tuple[Finding, ...]] = {}
    for one in await many(db, select(f).where(*where).order_by(f.c.visit_id, f.c.n), Finding):
        found[one.visit_id] = (*found.get(one.visit_id, ()), one)
    return found
