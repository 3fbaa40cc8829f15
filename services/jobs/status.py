"""What the worker did last for a bureau, and what is open: for the page, the API and the command line."""

from collections.abc import Mapping
from dataclasses import dataclass

from services.jobs.catalogue import OF_BUREAU, OF_DEPLOYMENT
from services.jobs.clockwork import ClockJob
from services.jobs.handlers import HANDLERS
from services.jobs.kinds import KINDS
from services.work import Work
from tenants.job_rows import JobRun, OutboxCount
from tenants.stores import deployment_jobs, job_runs, outbox


@dataclass(frozen=True, slots=True)
class JobLine:
    """A job of the clock and its last run, None when it never ran."""

    name: str
    zh: str
    en: str
    run: JobRun | None

    @property
    def state(self) -> str:
        """never, running, done, failed or alarm: the journal did not fit."""
        if self.run is None:
            return "never"
        if self.run.error is not None and self.run.tries:
            return "failed"
        if self.run.tries:
            return "running"
        return "alarm" if (self.run.result or {}).get("ok") is False else "done"


@dataclass(frozen=True, slots=True)
class OrderLine:
    """Open orders of a kind. `consumed`: whether anything carries this kind out yet."""

    name: str
    zh: str
    en: str
    consumed: bool
    count: OutboxCount


@dataclass(frozen=True, slots=True)
class JobBoard:
    """Jobs and orders of one bureau, and the deployment's own jobs."""

    bureau: str
    jobs: tuple[JobLine, ...]
    deployment: tuple[JobLine, ...]
    orders: tuple[OrderLine, ...]


async def job_board(work: Work) -> JobBoard:
    """The board of the bureau acted for; the caller asked the matrix for `system.status`."""
    bureau = work.scope.bureau
    mine = {run.job: run for run in await job_runs.of_bureau(work.db, work.scope, bureau)}
    deployment = {run.job: run for run in await deployment_jobs.all_(work.control)}
    counts = await outbox.counts(work.db, work.scope, bureau)
    orders = tuple(_order(count) for count in counts)
    return JobBoard(bureau, _lines(OF_BUREAU, mine), _lines(OF_DEPLOYMENT, deployment), orders)


def _lines(jobs: tuple[ClockJob, ...], runs: Mapping[str, JobRun]) -> tuple[JobLine, ...]:
    return tuple(JobLine(job.name, job.zh, job.en, runs.get(job.name)) for job in jobs)


def _order(count: OutboxCount) -> OrderLine:
    kind = KINDS.get(count.topic)
    zh, en = (kind.zh, kind.en) if kind else (count.topic, count.topic)
    return OrderLine(count.topic, zh, en, count.topic in HANDLERS, count)
