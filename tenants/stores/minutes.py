"""Who stands by the minutes of a draw; a word is given once and stays."""

from dataclasses import asdict

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.faults import neutral_errors
from tenants.scope import Scope, within
from tenants.stores.common import many
from tenants.tables import draw_minutes as t
from tenants.witness_rows import MinutesWord


async def keep(db: AsyncConnection, scope: Scope, word: MinutesWord) -> None:
    """Keep a word on the minutes of a draw of the own bureau. Raises Conflict when the part gave one."""
    values = asdict(word) | {"bureau": scope.bureau, "body": dict(word.body)}
    with neutral_errors():
        await db.execute(insert(t).values(**values))


async def of_draw(db: AsyncConnection, scope: Scope, bureau: str, draw_no: int) -> tuple[MinutesWord, ...]:
    """The words on one draw: drawer first."""
    query = select(t).where(within(scope, t.c.bureau), t.c.bureau == bureau, t.c.draw_no == draw_no)
    return await many(db, query.order_by(t.c.role), MinutesWord)
