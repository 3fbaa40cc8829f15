"""Days and teams set for drawn visits that are not handed out; nothing here names a site."""

from dataclasses import asdict

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.faults import neutral_errors
from tenants.rows import TaskPlan
from tenants.scope import Scope, own, within
from tenants.stores.common import many
from tenants.tables import task_plan as t


async def keep(db: AsyncConnection, scope: Scope, made: TaskPlan) -> None:
    """Set the day of a visit of the scope's own bureau; a later one takes the place of an earlier."""
    values = asdict(made) | {"bureau": scope.bureau, "team": list(made.team)}
    put = insert(t).values(**values)
    anew = {name: put.excluded[name] for name in ("visit_on", "team", "by", "at")}
    with neutral_errors():
        await db.execute(
            put.on_conflict_do_update(
                index_elements=[t.c.bureau, t.c.draw_no, t.c.slot], set_=anew, where=own(scope, t.c.bureau)
            )
        )


async def of_draw(db: AsyncConnection, scope: Scope, bureau: str, draw_no: int) -> tuple[TaskPlan, ...]:
    """What is set for the visits of a draw, by slot; also where the visit was handed out since."""
    query = select(t).where(within(scope, t.c.bureau), t.c.bureau == bureau, t.c.draw_no == draw_no)
    return await many(db, query.order_by(t.c.slot), TaskPlan)
