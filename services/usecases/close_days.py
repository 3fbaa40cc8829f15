"""A bureau is closed on days the calendar works: no working days for its clocks.

Basis: obligations: calendar.
"""

from datetime import date
from uuid import UUID, uuid4

from policies.planning.deadlines import Calendar
from policies.planning.notices_of_year import check_closure
from services.ruling.calendars import calendar_for
from services.ruling.clock_changes import ClockChange, move_clocks, told_of
from services.work import Work
from tenants import journal
from tenants.calendar_rows import Closure
from tenants.stores import calendar


async def close_days(
    work: Work, first: date, last: date, why: str
) -> tuple[Closure, tuple[ClockChange, ...]]:
    """Close the bureau from one day to another; running clocks follow.

    Raises:
        BadClosure: no reason, or days out of order or more than a month.
    """
    work.require("calendar.close")
    check_closure(first, last, why)
    old = await calendar_for(work)
    closure = Closure(work.scope.bureau, uuid4(), first, last, why.strip(), work.principal.subject, work.now)
    await calendar.close_days(work.db, work.scope, closure)
    return closure, await _moved(work, old, closure, "close")


async def reopen_days(work: Work, closure_id: UUID) -> tuple[ClockChange, ...]:
    """Withdraw closed days; the row stays. Raises WrongState: withdrawn already, or no such days."""
    work.require("calendar.close")
    old = await calendar_for(work)
    await calendar.reopen_days(work.db, work.scope, closure_id, by=work.principal.subject, at=work.now)
    kept = await calendar.closures(work.db, work.scope, work.scope.bureau)
    return await _moved(work, old, next(c for c in kept if c.id == closure_id), "reopen")


async def _moved(work: Work, old: Calendar, closure: Closure, step: str) -> tuple[ClockChange, ...]:
    changes = await move_clocks(work, old, await calendar_for(work), closure.first)
    was, now = told_of(changes)
    facts = {"step": step, "first": str(closure.first), "last": str(closure.last), "moved": len(changes)}
    after = facts | {"clocks": now}
    await journal.note(
        work.db,
        work.scope,
        actor=work.principal,
        action="calendar.close",
        target=f"closure/{closure.bureau}/{closure.id}",
        why=closure.why,
        before={"closed": step == "reopen", "clocks": was},
        after=after,
        at=work.now,
    )
    return changes
