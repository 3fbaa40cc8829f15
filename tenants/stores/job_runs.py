"""The last run of each job of a bureau: whether it is due, how far it is, what came of it."""

from datetime import datetime

from sqlalchemy import case, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.job_rows import JobRun
from tenants.rows import Json
from tenants.scope import Scope, own, within
from tenants.stores.common import change, many
from tenants.tables import job_run as t


async def of_bureau(db: AsyncConnection, scope: Scope, bureau: str) -> tuple[JobRun, ...]:
    """The runs of a visible bureau, by job."""
    query = select(t).where(within(scope, t.c.bureau), t.c.bureau == bureau)
    return await many(db, query.order_by(t.c.job), JobRun)


async def last(db: AsyncConnection, scope: Scope, job: str) -> JobRun | None:
    """The last run of a job of the own bureau."""
    found = await many(db, select(t).where(own(scope, t.c.bureau), t.c.job == job), JobRun)
    return found[0] if found else None


async def begin(db: AsyncConnection, scope: Scope, job: str, stamp: str, at: datetime) -> None:
    """Note that a try of the own bureau begins; another stamp counts its tries anew."""
    made = insert(t).values(bureau=scope.bureau, job=job, stamp=stamp, tried_at=at, tries=1)
    tries = case((t.c.stamp == made.excluded.stamp, t.c.tries + 1), else_=1)
    new = {"stamp": stamp, "tried_at": at, "tries": tries, "progress": None, "retry_at": None}
    await db.execute(made.on_conflict_do_update(index_elements=[t.c.bureau, t.c.job], set_=new))


async def progress(db: AsyncConnection, scope: Scope, job: str, done: int, total: int) -> None:
    """Note how far the running try is."""
    where = (own(scope, t.c.bureau), t.c.job == job)
    await change(
        db, update(t).where(*where).values(progress={"done": done, "total": total}), wanted="running"
    )


async def done(db: AsyncConnection, scope: Scope, job: str, result: Json, at: datetime) -> None:
    """Note a success. Raises WrongState when it never began."""
    where = (own(scope, t.c.bureau), t.c.job == job)
    values = {"done_at": at, "result": result, "error": None, "tries": 0}
    values |= {"progress": None, "retry_at": None}
    await change(db, update(t).where(*where).values(**values), wanted="running")


async def fail(db: AsyncConnection, scope: Scope, job: str, error: str, retry_at: datetime) -> None:
    """Note a failed try, and when the next one may be. Raises WrongState when it never began."""
    where = (own(scope, t.c.bureau), t.c.job == job)
    values = {"error": error, "retry_at": retry_at, "progress": None}
    await change(db, update(t).where(*where).values(**values), wanted="running")
