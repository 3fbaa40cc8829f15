"""The worker: orders of every bureau, then what the clock asks for, round after round until told to stop."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from dataclasses import dataclass, field

from services.jobs.catalogue import OF_BUREAU, OF_DEPLOYMENT
from services.jobs.clockwork import due, run_if_due
from services.jobs.deliver import deliver
from services.jobs.orders import SYSTEM
from services.logs import fault
from services.settings import Settings
from services.work import App
from tenants.scope import Scope
from tenants.stores import bureaus, job_runs

TICK = 5.0  # seconds between two rounds
REST = 15.0  # after a round that failed as a whole


@dataclass(slots=True)
class Round:
    """What one round did: outcome → how often, orders and jobs; bureaus that could not be reached."""

    orders: dict[str, int] = field(default_factory=dict)
    jobs: dict[str, int] = field(default_factory=dict)
    unreached: list[str] = field(default_factory=list)

    def add(self, found: dict[str, int], outcome: str, n: int = 1) -> None:
        """Count an outcome that is worth a word."""
        if n and outcome not in ("rests", "busy"):
            found[outcome] = found.get(outcome, 0) + n


async def run_round(app: App) -> Round:
    """Everything that is due now, for the deployment and for each bureau; no failure stops the others."""
    done = Round()
    for job in OF_DEPLOYMENT:
        done.add(done.jobs, await run_if_due(app, job))
    async with app.database.unit(Scope.for_system(), read_only=True) as db:
        codes = [entry.code for entry in await bureaus.all_(db)]
    for code in codes:
        try:
            await _serve(app, code, done)
        except Exception as error:  # a bureau whose database is down keeps the others' work from nothing
            fault("worker.bureau", error, bureau=code)
            done.unreached.append(code)
    return done


async def _serve(app: App, bureau: str, done: Round) -> None:
    for outcome, n in (await deliver(app, bureau)).items():
        done.add(done.orders, outcome, n)
    scope = Scope.own(bureau, SYSTEM)
    async with app.database.unit(scope, read_only=True) as db:
        last = {run.job: run for run in await job_runs.of_bureau(db, scope, bureau)}
    for job in OF_BUREAU:
        if due(app, job, last.get(job.name)):
            done.add(done.jobs, await run_if_due(app, job, bureau))


async def work_until(app: App, stop: asyncio.Event, tick: float = TICK) -> None:
    """Round after round; a round that fails as a whole is followed by a longer rest."""
    while not stop.is_set():
        rest = tick
        try:
            await run_round(app)
        except Exception as error:  # the control database is down: the site says so, the worker waits
            fault("worker.round", error)
            rest = max(tick, REST)
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(stop.wait(), rest)


def worker_of(settings: Settings) -> Callable[[App], AbstractAsyncContextManager[None]] | None:
    """The worker to run in the site's own process, None where the operator runs `shuangsui work` instead."""
    return beside if settings.worker else None


@asynccontextmanager
async def beside(app: App) -> AsyncIterator[None]:
    """The worker in this process, for as long as the context lasts; a round under way is ended cleanly."""
    stop = asyncio.Event()
    task = asyncio.create_task(work_until(app, stop))
    try:
        yield
    finally:
        stop.set()
        await task
