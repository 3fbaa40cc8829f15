"""Working days: the State Council's notices of the deployment, and the closed days of a bureau."""

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response
from litestar.params import JSONBody, QueryParameter
from msgspec import Meta

from policies.planning.deadlines import last_working_days
from policies.terms import Period
from services.api.contract import acts, reads
from services.api.etags import tagged
from services.api.once import InOnce
from services.api.types import Body, Bureau, Code, KeyInPath, Out, Reason, Words, Year, show
from services.ruling.calendars import public_calendar
from services.ruling.clock_changes import ClockChange
from services.usecases.close_days import close_days, reopen_days
from services.usecases.enter_notice import Entered, enter_notice
from services.web.depends import InCommon, InPublic, InWork
from services.work import Work
from tenants.calendar_rows import Closure
from tenants.stores import calendar
from tenants.stores import public as store

MOST = 400  # days a notice may list
InYear = Annotated[int, QueryParameter(ge=2000, le=2998, description="First year shown.")]
Days = Annotated[list[date], Meta(max_length=MOST)]


class NoticeOrder(Body):
    """The State Council's notice of a year; entered again it is corrected, the old version stays.

    `text`: its number. `holidays`: every day off, weekends may be listed too. `workdays`: make-up days.
    """

    text: Words
    holidays: Days
    workdays: Days = []


class ClosureOrder(Body):
    """The bureau does not work from `first` to `last`; its running clocks follow."""

    first: date
    last: date
    why: Reason


class NoticeOut(Out):
    """A kept notice, its newest version."""

    year: int
    version: int
    text: str
    holidays: list[date]
    workdays: list[date]


class YearOut(Out):
    """A year: `known` is false while no notice is at hand, and every date in it provisional.

    `notice`: as entered here, null where the product's own data serves. `last_days`: the last five working
    days of each quarter.
    """

    year: int
    known: bool
    notice: NoticeOut | None
    last_days: list[list[date]]


class CalendarOut(Out):
    """Three years of a bureau's calendar, its closed days counted in."""

    bureau: Code
    years: list[YearOut]


class ChangeOut(Out):
    """A deadline of a bureau that moved; `moved` is false where a person has to move it."""

    bureau: Code
    clock: str
    target: str
    before: date
    after: date
    moved: bool


class EnteredOut(Out):
    """What a notice moved; `version` is 0 when the same notice stood already."""

    year: int
    version: int
    changes: list[ChangeOut]


class ClosureOut(Out):
    """Closed days; withdrawn ones stay with their moment in the list of the desk."""

    id: UUID
    bureau: Code
    first: date
    last: date
    why: str
    withdrawn: bool


class ClosedOut(Out):
    """Closed days just kept, and the clocks that moved."""

    closure: ClosureOut
    changes: list[ChangeOut]


@reads("/bureaus/{bureau:str}/calendar", action="calendar.read")
async def get_calendar(
    request: Request[Any, Any, Any], public: InPublic, common: InCommon, bureau: Bureau, year: InYear
) -> Response[CalendarOut]:
    """The working days of a bureau from a year on: which notices are known, where each quarter ends."""
    await store.public_bureau(public, bureau)
    days = await public_calendar(common, public, bureau)
    kept = {one.year: show(one, NoticeOut) for one in await calendar.notices(common)}
    years = [
        YearOut(
            year=one,
            known=days.known(one),
            notice=kept.get(one),
            last_days=[list(last_working_days(Period(one, q), 5, days)) for q in (1, 2, 3, 4)],
        )
        for one in (year, year + 1, year + 2)
    ]
    return tagged(request, CalendarOut(bureau=bureau, years=years))


@acts("/bureaus/{bureau:str}/calendar/{year:int}", action="calendar.enter")
async def enter_holiday_notice(
    once: InOnce, bureau: Bureau, year: Year, data: JSONBody[NoticeOrder]
) -> Response[EnteredOut]:
    """Enter a year's notice for the whole deployment; every running clock is computed again.

    By the administrator of a city or province, or of the system: it counts for every bureau.
    """

    async def enter(work: Work) -> Entered:
        return await enter_notice(work, year, data.text, data.holidays, data.workdays)

    return await once.run(enter, _entered)


@reads("/bureaus/{bureau:str}/closures", action="calendar.close")
async def list_closures(work: InWork, bureau: Bureau) -> list[ClosureOut]:
    """The closed days of a bureau, withdrawn ones included."""
    work.require("calendar.close", bureau=bureau)
    return [_closure(one) for one in await calendar.closures(work.db, work.scope, bureau)]


@acts("/bureaus/{bureau:str}/closures", action="calendar.close")
async def close_bureau_days(
    once: InOnce, bureau: Bureau, data: JSONBody[ClosureOrder]
) -> Response[ClosedOut]:
    """Close the bureau on some days: they are no working days for its clocks."""
    return await once.run(lambda work: close_days(work, data.first, data.last, data.why), _closed)


@acts("/bureaus/{bureau:str}/closures/{closure:uuid}/withdrawal", action="calendar.close")
async def reopen_bureau_days(once: InOnce, bureau: Bureau, closure: KeyInPath) -> Response[list[ChangeOut]]:
    """Withdraw closed days; the row stays and the clocks move back."""
    return await once.run(lambda work: reopen_days(work, closure), _changes)


def _entered(done: Entered) -> EnteredOut:
    return EnteredOut(year=done.year, version=done.version, changes=_changes(done.changes))


def _closed(done: tuple[Closure, tuple[ClockChange, ...]]) -> ClosedOut:
    closure, changes = done
    return ClosedOut(closure=_closure(closure), changes=_changes(changes))


def _changes(changes: tuple[ClockChange, ...]) -> list[ChangeOut]:
    return [show(one, ChangeOut) for one in changes]


def _closure(one: Closure) -> ClosureOut:
    return ClosureOut(
        id=one.id,
        bureau=one.bureau,
        first=one.first,
        last=one.last,
        why=one.why,
        withdrawn=one.withdrawn_at is not None,
    )


routes = [
    get_calendar,
    enter_holiday_notice,
    list_closures,
    close_bureau_days,
    reopen_bureau_days,
]
