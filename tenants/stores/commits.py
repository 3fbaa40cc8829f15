"""Commitments to the secrets of a draw."""

from datetime import datetime

from sqlalchemy import case, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from policies.errors import Missing
from tenants.errors import WrongState
from tenants.faults import neutral_errors
from tenants.rows import Commit
from tenants.scope import Scope, own, within
from tenants.stores.common import change, many
from tenants.tables import draw as d
from tenants.tables import draw_commit as t

_ORDER = case({"platform": 0, "bureau": 1, "witness": 2}, value=t.c.role)


async def keep(
    db: AsyncConnection,
    scope: Scope,
    draw_no: int,
    role: str,
    c: str,
    escrow_copy: bytes,
    at: datetime,
    by: str,
) -> None:
    """Keep a commitment (hex c) and the copy of its secret sealed to the superior.

    Raises:
        WrongState: the draw is frozen already.
        Conflict: the role has committed already.
    """
    here = (own(scope, d.c.bureau), d.c.draw_no == draw_no)
    # Held until the end, so that no freeze reads the commitments without this one in between.
    state = await db.scalar(select(d.c.state).where(*here).with_for_update())
    if state is None:
        raise Missing(draw_no, what="抽查")
    if state != "prepared":
        raise WrongState(state, wanted="prepared")
    values = {"role": role, "c": c, "escrow_copy": escrow_copy, "at": at, "by": by}
    with neutral_errors():
        await db.execute(insert(t).values(bureau=scope.bureau, draw_no=draw_no, **values))


async def of_draw(db: AsyncConnection, scope: Scope, bureau: str, draw_no: int) -> tuple[Commit, ...]:
    """Commitments in the order platform, bureau, witness."""
    query = select(t).where(within(scope, t.c.bureau), t.c.bureau == bureau, t.c.draw_no == draw_no)
    return await many(db, query.order_by(_ORDER), Commit)


async def reveal(db: AsyncConnection, scope: Scope, draw_no: int, role: str, blob: bytes) -> None:
    """Keep a secret handed over after the beacon, sealed (row `commit_row(role)`); once."""
    where = (own(scope, t.c.bureau), t.c.draw_no == draw_no, t.c.role == role, t.c.revealed.is_(None))
    await change(db, update(t).where(*where).values(revealed=blob), wanted="committed")
