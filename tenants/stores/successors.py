"""Where closed and moved sites went on: said again it is said anew, and the last word holds."""

from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import insert, or_, select
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.faults import neutral_errors
from tenants.scope import Scope, require_own, within
from tenants.stores.common import many
from tenants.tables import site_successor as t


@dataclass(frozen=True, slots=True)
class Successor:
    """What became of a site, the `n`-th word of it.

    Attributes:
        successor: code of a site of the same roster, None for none. elsewhere: a place outside it, in words.
        day: since when. document: what shows it.
    """

    bureau: str
    code: str
    n: int
    successor: str | None
    elsewhere: str
    day: date
    document: str
    by: str
    at: datetime


async def say(db: AsyncConnection, scope: Scope, said: Successor) -> None:
    """Keep a word. Raises Conflict: somebody else said the n-th; BadReference: no such site."""
    require_own(scope, said.bureau)
    with neutral_errors():
        await db.execute(insert(t).values(**asdict(said)))


async def around(db: AsyncConnection, scope: Scope, bureau: str, code: str) -> tuple[Successor, ...]:
    """The last words about a site and about those that lead to it, by code."""
    here = (within(scope, t.c.bureau), t.c.bureau == bureau)
    near = select(t.c.code).where(*here, or_(t.c.code == code, t.c.successor == code))
    last = select(t).where(*here, t.c.code.in_(near)).ext(distinct_on(t.c.code))
    found = await many(db, last.order_by(t.c.code, t.c.n.desc()), Successor)
    return tuple(one for one in found if code in (one.code, one.successor))
