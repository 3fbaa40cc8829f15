"""Jobs of the clock: once a stamp each, one runner at a time, the last run and its result kept."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncConnection

from policies.errors import Problem
from services.jobs.backoff import retry_at
from services.jobs.orders import SYSTEM
from services.logs import fault, say
from services.metrics import REGISTRY
from services.work import App
from tenants.job_rows import JobRun
from tenants.locks import try_hold
from tenants.rows import Json
from tenants.scope import Scope
from tenants.stores import deployment_jobs, job_runs

Outcome = Literal["done", "failed", "busy", "rests"]


@dataclass(frozen=True, slots=True)
class ClockJob:
    """A job that runs once a stamp.

    Attributes:
        name: key of its run. zh, en: what people read.
        stamp: the period the present moment falls into, e.g. the day.
        run: does it for a bureau, "" for the deployment; doing it twice does no harm. Returns what is kept of
            it: numbers and codes.
    """

    name: str
    zh: str
    en: str
    stamp: Callable[[App], str]
    run: Callable[[App, str], Awaitable[Json]]


def due(app: App, job: ClockJob, last: JobRun | None) -> bool:
    """Whether it has not succeeded for the present stamp, and may be tried."""
    if last is None or last.stamp != job.stamp(app):
        return True
    return last.tries > 0 and (last.retry_at is None or last.retry_at <= app.wall.now())


async def run_if_due(app: App, job: ClockJob, bureau: str = "", *, force: bool = False) -> Outcome:
    """Run a job when it is due and nobody else runs it; failures are kept and put off, never raised.

    Args:
        bureau: whose; "" for a job of the deployment.
        force: also when it is done for this stamp.
    """
    async with _unit(app, bureau) as lock:  # its lock lasts as long as the run
        if not await try_hold(lock, "job", job.name, bureau):
            return _counted(bureau, "busy")
        if not force and not due(app, job, await _last(app, lock, job, bureau)):
            return "rests"
        return _counted(bureau, await _run(app, job, bureau))


async def _run(app: App, job: ClockJob, bureau: str) -> Outcome:
    async with _unit(app, bureau) as db:
        if bureau:
            await job_runs.begin(db, _scope(bureau), job.name, job.stamp(app), app.clock.now())
        else:
            await deployment_jobs.begin(db, job.name, job.stamp(app), app.clock.now())
    try:
        result = await job.run(app, bureau)
    except Exception as error:  # one job that fails stops neither the others nor the worker
        await _failed(app, job, bureau, error)
        return "failed"
    async with _unit(app, bureau) as db:
        if bureau:
            await job_runs.done(db, _scope(bureau), job.name, result, app.clock.now())
        else:
            await deployment_jobs.done(db, job.name, result, app.clock.now())
    return "done"


async def _failed(app: App, job: ClockJob, bureau: str, error: Exception) -> None:
    name = error.code if isinstance(error, Problem) else type(error).__name__
    async with _unit(app, bureau) as db:
        last = await _last(app, db, job, bureau)
        later = retry_at(app.wall.now(), last.tries if last else 1, f"{job.name} {bureau}")
        if bureau:
            await job_runs.fail(db, _scope(bureau), job.name, name, later)
        else:
            await deployment_jobs.fail(db, job.name, name, later)
    if isinstance(error, Problem):
        say("job.failed", bureau=bureau, level="warning", job=job.name, problem=name)
    else:
        fault("job.failed", error, bureau=bureau, job=job.name)


async def _last(app: App, db: AsyncConnection, job: ClockJob, bureau: str) -> JobRun | None:
    if bureau:
        return await job_runs.last(db, _scope(bureau), job.name)
    return await deployment_jobs.last(db, job.name)


def _scope(bureau: str) -> Scope:
    return Scope.own(bureau, SYSTEM) if bureau else Scope.for_system()


def _unit(app: App, bureau: str) -> AbstractAsyncContextManager[AsyncConnection]:
    return app.database.unit(_scope(bureau))


def _counted(bureau: str, outcome: Outcome) -> Outcome:
    REGISTRY.count("shuangsui_jobs_total", bureau, outcome=outcome)
    return outcome
