"""The last run of each job of the deployment itself, in its control database; no bureau's data."""

from datetime import datetime

from sqlalchemy import case, literal, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.job_rows import JobRun
from tenants.rows import Json
from tenants.stores.common import change, many
from tenants.tables import deployment_job as t


async def all_(db: AsyncConnection) -> tuple[JobRun, ...]:
    """Every job of the deployment that ever ran, by name."""
    return await many(db, select(t, literal("").label("bureau")).order_by(t.c.job), JobRun)


async def last(db: AsyncConnection, job: str) -> JobRun | None:
    """The last run of a job."""
    found = await many(db, select(t).where(t.c.job == job), JobRun)
    return found[0] if found else None


async def begin(db: AsyncConnection, job: str, stamp: str, at: datetime) -> None:
    """Note that a try begins; needs a system scope. Another stamp counts its tries anew."""
    made = insert(t).values(job=job, stamp=stamp, tried_at=at, tries=1)
    tries = case((t.c.stamp == made.excluded.stamp, t.c.tries + 1), else_=1)
    new = {"stamp": stamp, "tried_at": at, "tries": tries, "progress": None, "retry_at": None}
    await db.execute(made.on_conflict_do_update(index_elements=[t.c.job], set_=new))


async def done(db: AsyncConnection, job: str, result: Json, at: datetime) -> None:
    """Note a success. Raises WrongState when it never began."""
    values = {"done_at": at, "result": result, "error": None, "tries": 0}
    values |= {"progress": None, "retry_at": None}
    await change(db, update(t).where(t.c.job == job).values(**values), wanted="running")


async def fail(db: AsyncConnection, job: str, error: str, retry_at: datetime) -> None:
    """Note a failed try, and when the next one may be. Raises WrongState when it never began."""
    values = {"error": error, "retry_at": retry_at, "progress": None}
    await change(db, update(t).where(t.c.job == job).values(**values), wanted="running")
