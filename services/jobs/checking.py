"""A bureau's journal checked by the worker: by night, or because somebody ordered it; the result is kept."""

from collections.abc import Awaitable, Callable

from policies.journal_errors import ArchiveMisfit, HeadMissing
from services.clock import today
from services.jobs.orders import system_of
from services.logs import say
from services.metrics import REGISTRY
from services.usecases.verify_journal import ChainReport, verify_journal
from services.work import App
from tenants.errors import BrokenChain
from tenants.rows import Json
from tenants.scope import Scope
from tenants.stores import job_runs, journal_pages

JOB = "journal.verify"
EVERY = 20_000  # entries between two notes of progress


async def check_journal(app: App, bureau: str) -> Json:
    """Verify the journal and keep the result, also a bad one, as the run of the job `journal.verify`.

    Returns:
        What is kept: the report, or after a misfit its class and number; that is logged and an alarm too.
    """
    scope = Scope.own(bureau, "system")
    async with app.database.unit(scope) as db:
        await job_runs.begin(db, scope, JOB, today(app.clock).isoformat(), app.clock.now())
        last = await journal_pages.last(db, scope, bureau)
    step = _progress(app, scope, last.n if last else 0)
    try:
        async with app.work(system_of(bureau), read_only=True) as work:
            report = await verify_journal(work, bureau, step=step)
    except (ArchiveMisfit, BrokenChain, HeadMissing) as problem:
        found: Json = {"ok": False, "problem": problem.code, "n": problem.facts.get("n")}
        say("journal.misfit", bureau=bureau, level="error", problem=problem.code)
        REGISTRY.count("shuangsui_alarms_total", bureau, what="journal")
    else:
        found = told(report)
    async with app.database.unit(scope) as db:
        await job_runs.done(db, scope, JOB, found, app.clock.now())
    return found


def _progress(app: App, scope: Scope, total: int) -> Callable[[int], Awaitable[None]]:
    noted = 0

    async def step(n: int) -> None:
        nonlocal noted
        if n - noted >= EVERY:
            noted = n
            async with app.database.unit(scope) as db:
                await job_runs.progress(db, scope, JOB, n, max(n, total))

    return step


def told(report: ChainReport) -> Json:
    """A report as kept and shown."""
    return {
        "ok": True,
        "entries": report.entries,
        "first": report.first,
        "heads": report.heads,
        "older": report.older,
        "head": report.head,
    }
