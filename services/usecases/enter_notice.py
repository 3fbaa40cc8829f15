"""An administrator enters the State Council's holiday notice of a year; every running clock follows.

Until then deadlines that pass through the year are provisional. Basis: obligations: calendar.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from policies.access import LABELS
from policies.errors import Forbidden
from policies.planning.notices_of_year import check_notice
from policies.planning.workdays import YearNotice
from services.ruling.calendars import calendar_for, year_notice
from services.ruling.clock_changes import ClockChange, move_clocks, told_of
from services.system import as_deployment
from services.work import Work
from tenants import journal
from tenants.calendar_rows import KeptNotice
from tenants.stores import bureaus, calendar


@dataclass(frozen=True, slots=True)
class Entered:
    """A kept notice and what it moved.

    Attributes:
        version: 1, or higher for a correction. 0: the same notice stands already, nothing was kept.
        changes: of every bureau of the deployment.
    """

    year: int
    version: int
    changes: tuple[ClockChange, ...]

    def as_dict(self) -> dict[str, Any]:
        """JSON form."""
        rows = [change.as_dict() for change in self.changes]
        return {"year": self.year, "version": self.version, "changes": rows}


async def enter_notice(
    work: Work, year: int, text: str, holidays: Sequence[date], workdays: Sequence[date]
) -> Entered:
    """Keep the notice of a year for the whole deployment and recompute what is due in it.

    Args:
        work: of a city's or province's administrator, or of the system administrator.
        year: the year the notice is about; entered again, it is corrected and the old version stays.
        text: document number.
        holidays, workdays: see `policies.planning.notices_of_year.check_notice`.

    Raises:
        Forbidden: a county's administrator: the notice counts for every bureau. BadNotice: see there.
    """
    work.require("calendar.enter")
    await _may(work)
    notice = check_notice(year, text, holidays, workdays)
    standing = next((n for n in await calendar.notices(work.control) if n.year == year), None)
    if standing is not None and year_notice(standing) == notice:
        return Entered(year, 0, ())
    changes = await _follow(work, notice)
    days = (sorted(notice.holidays), sorted(notice.workdays))
    async with as_deployment(work) as scope:
        version = await calendar.enter(work.control, year, notice.text, *days, by=scope.subject, at=work.now)
    await _note(work, notice, version, changes, standing)
    return Entered(year, version, changes)


async def kept_notices(work: Work) -> tuple[KeptNotice, ...]:
    """Notices entered in this deployment, the newest version of each year."""
    work.require("calendar.read")
    return await calendar.notices(work.control)


async def _may(work: Work) -> None:
    level = (await bureaus.get(work.control, work.scope.bureau)).level
    if level == "county" and "system_admin" not in work.principal.roles:
        raise Forbidden(work.scope.bureau, action=LABELS["calendar.enter"])


async def _follow(work: Work, notice: YearNotice) -> tuple[ClockChange, ...]:
    """Move the clocks of every bureau, each within its own scope, in this one transaction."""
    since = date(notice.year, 1, 1)
    found: list[ClockChange] = []
    for entry in await bureaus.all_(work.control):
        async with work.inside(entry.code) as there:
            old = await calendar_for(there)
            new = replace(old, notices={**old.notices, notice.year: notice})
            changes = await move_clocks(there, old, new, since)
            if changes and entry.code != work.scope.bureau:
                await _note_there(there, notice, changes)
            found += changes
    return tuple(found)


async def _note_there(there: Work, notice: YearNotice, changes: Sequence[ClockChange]) -> None:
    """Whose clocks were moved reads of it in the own journal."""
    before, after = told_of(changes)
    await journal.note(
        there.db,
        there.scope,
        actor=there.principal,
        action="calendar.enter",
        target=f"calendar/{notice.year}",
        why=notice.text,
        before=before,
        after=after | {"by": there.principal.bureau},
        at=there.now,
    )


async def _note(
    work: Work,
    notice: YearNotice,
    version: int,
    changes: Sequence[ClockChange],
    standing: KeptNotice | None,
) -> None:
    after = {
        "text": notice.text,
        "version": version,
        "holidays": [day.isoformat() for day in sorted(notice.holidays)],
        "workdays": [day.isoformat() for day in sorted(notice.workdays)],
        "moved": sum(change.moved for change in changes),
    }
    await journal.note(
        work.db,
        work.scope,
        actor=work.principal,
        action="calendar.enter",
        target=f"calendar/{notice.year}",
        before={"version": standing.version if standing else None},
        after=after,
        at=work.now,
    )
