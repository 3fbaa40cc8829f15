"""Large roster files: checked and taken by the worker, in the name of the person who asked for it.

Taking is one transaction: whatever ends the worker, either everything of the file stands or nothing; the
order is carried out again by itself. Progress is told beside that transaction.
"""

from collections.abc import Awaitable, Callable
from uuid import UUID

from policies.errors import Problem
from policies.terms import Principal
from services.clock import today
from services.jobs.orders import SYSTEM, system_of
from services.usecases.import_check import finish_check
from services.usecases.import_errors import CheckClosed, RosterMoved
from services.usecases.import_judge import Step, told_both
from services.usecases.import_take import finish_take
from services.work import App, Work
from tenants.errors import WrongState
from tenants.import_rows import CheckState, ImportCheck
from tenants.records import OutboxItem
from tenants.scope import Scope
from tenants.stores import import_checks, members

LASTING = ("invalid", "conflict", "forbidden", "missing")  # trying again would say the same


async def check_import(app: App, item: OutboxItem) -> None:
    """Check a file that waits; one that was dropped meanwhile is left alone."""
    row = await _row(app, item)
    if row.state == "waiting":
        await _do(app, row, row.made_by, finish_check)


async def take_import(app: App, item: OutboxItem) -> None:
    """Take a file as it was ordered; from here on it can no longer be dropped."""
    row = await _row(app, item)
    if row.state not in ("ordered", "taking"):
        return
    async with app.database.unit(_scope(row)) as db:
        try:
            await import_checks.move(db, _scope(row), row.id, "taking", before=("ordered", "taking"))
        except WrongState:  # dropped at this very moment
            return
    await _do(app, row, row.decided_by or "", finish_take)


async def _do(
    app: App, row: ImportCheck, by: str, act: Callable[[Work, UUID, Step], Awaitable[object]]
) -> None:
    state: CheckState = "waiting" if act is finish_check else "taking"
    who = await _person(app, row.bureau, by)
    try:
        async with app.work(who) as work:
            await act(work, row.id, _steps(app, row, state))
    except (WrongState, CheckClosed):
        return  # dropped while it was looked at
    except Problem as problem:
        if problem.kind not in LASTING:
            raise
        back: CheckState = "checked" if isinstance(problem, RosterMoved) else "failed"
        told = told_both(problem)
        async with app.database.unit(_scope(row)) as db:
            await import_checks.move(db, _scope(row), row.id, back, before=(state,), values={"problem": told})


def _steps(app: App, row: ImportCheck, state: CheckState) -> Step:
    """Progress, told in transactions of its own. Raises WrongState once somebody dropped the file."""

    async def step(stage: str, done: int, total: int) -> None:
        async with app.database.unit(_scope(row)) as db:
            await import_checks.progress(db, _scope(row), row.id, stage, done, total, state=state)

    return step


async def _person(app: App, bureau: str, subject: str) -> Principal:
    """The person with the roles of today: who lost the role meanwhile is refused by the matrix."""
    if subject == SYSTEM:  # a file that another system sent
        return system_of(bureau)
    async with app.database.unit(Scope.login(subject), read_only=True) as db:
        held = await members.of_subject(db, subject, today(app.clock))
    mine = [one for one in held if one.bureau == bureau]
    return Principal(
        subject=subject,
        name=mine[0].name if mine else subject,
        bureau=bureau,
        roles=frozenset(one.role for one in mine),
    )


async def _row(app: App, item: OutboxItem) -> ImportCheck:
    scope = Scope.own(item.bureau, SYSTEM)
    async with app.database.unit(scope, read_only=True) as db:
        return await import_checks.get(db, scope, item.bureau, UUID(item.payload["check"]))


def _scope(row: ImportCheck) -> Scope:
    return Scope.own(row.bureau, SYSTEM)
