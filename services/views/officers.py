"""Officers as pages, programs and the line show them: certificates, leave, recusals, training and work."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction

from policies.errors import Missing
from policies.planning.workdays import Calendar
from policies.rd1.urn import officer_cap
from policies.roster import OFFICER_LAYOUT
from policies.roster.officer_days import Validity, following, period_on, validity
from policies.terms import Officer, Period
from services.clock import CHINA
from services.ruling.calendars import calendar_for
from services.ruling.plans import count_staff
from services.ruling.ruleset import rules_for
from services.views.rosters import HistoryRow, history_rows
from services.work import Work
from tenants.officer_rows import Span, Training
from tenants.stores import officer_loads, officer_spans, officer_trainings, officers

QUARTERS = (1, 2, 3, 4)


@dataclass(frozen=True, slots=True)
class OfficerLine:
    """An officer in the list, as of a day.

    Attributes:
        valid: what is left of the certificate. away: on leave that day.
        due: recusals whose day of review has come.
        quarters: dispatched visits in each quarter of the day's year; year: their sum.
        minutes: of training in that year.
    """

    officer: Officer
    valid: Validity
    away: bool
    due: int
    quarters: tuple[int, ...]
    year: int
    minutes: int


@dataclass(frozen=True, slots=True)
class Load:
    """How the year's visits are spread.

    Attributes:
        most: of one officer, 0 when there are none. mean: over officers who may be drawn, exact.
        people: how many those are. spread: most less least among them.
    """

    most: int
    mean: Fraction
    people: int
    spread: int

    @property
    def average(self) -> str:
        """The mean to one digit, for people."""
        return f"{float(self.mean):.1f}"


@dataclass(frozen=True, slots=True)
class OfficersFace:
    """The list as of a day.

    Attributes:
        past: the day lies before today, and the rows are those kept at its end.
        staff: how many the ratio counts by the bureau's rules.
        posts: on post. cards: valid certificates.
    """

    on: date
    past: bool
    lines: tuple[OfficerLine, ...]
    staff: int
    posts: int
    cards: int
    load: Load


@dataclass(frozen=True, slots=True)
class PeriodLoad:
    """Visits of one officer in a quarter, and the most a draw would give; `why`: the reason of a 0."""

    period: Period
    visits: int
    cap: int
    why: str
    mean: Fraction

    @property
    def average(self) -> str:
        """The bureau's mean to one digit."""
        return f"{float(self.mean):.1f}"


@dataclass(frozen=True, slots=True)
class OfficerFace:
    """One officer's page.

    Attributes:
        leave, recusals: entered or declared, newest first, ended ones included.
        filed_leave, filed_recusals: those that only the roster file names, without a reason.
        sites: code → name of the sites of all recusals.
    """

    line: OfficerLine
    leave: tuple[Span, ...]
    recusals: tuple[Span, ...]
    filed_leave: tuple[tuple[date, date], ...]
    filed_recusals: tuple[str, ...]
    sites: Mapping[str, str]
    trainings: tuple[Training, ...]
    periods: tuple[PeriodLoad, ...]
    history: tuple[HistoryRow, ...]


async def officers_face(work: Work, bureau: str, on: date | None = None) -> OfficersFace:
    """Every officer of a visible bureau as of a day. Raises Stranger for a bureau out of sight."""
    work.require("officer.read", bureau=bureau)
    db, day = await work.at(bureau), on or work.today
    past = day < work.today
    rows = (
        await officers.as_of(db, work.scope, bureau, _end_of(day))
        if past
        else await officers.all_of(db, work.scope, bureau)
    )
    spans = await officer_spans.in_bureau(db, work.scope, bureau, ended=False)
    loads = await officer_loads.by_period(db, work.scope, bureau)
    log = await officer_trainings.in_bureau(db, work.scope, bureau, year=day.year)
    lines = tuple(_line(one, day, spans, loads, log) for one in rows)
    rules = await rules_for(work, bureau, on=day)
    return OfficersFace(
        day,
        past,
        lines,
        count_staff(rows, rules, day),
        sum(one.on_post for one in rows),
        sum(one.valid_until >= day for one in rows),
        _load([line.year for line in lines if line.valid.left >= 0]),
    )


async def officer_face(work: Work, bureau: str, certificate: str) -> OfficerFace:
    """One officer whole. Raises Missing."""
    face = await officers_face(work, bureau)
    line = next((one for one in face.lines if one.officer.certificate == certificate), None)
    if line is None:
        raise Missing(certificate[:60], what="执法人员")
    db = await work.at(bureau)
    spans = await officer_spans.in_bureau(db, work.scope, bureau, certificate)
    standing = [one for one in spans if one.ended_at is None]
    codes = {*line.officer.recusals, *(one.site for one in spans if one.site)}
    kept = {(one.first, one.last) for one in standing if one.kind == "leave"}
    changes = await officers.history(db, work.scope, bureau, certificate)
    return OfficerFace(
        line,
        tuple(one for one in spans if one.kind == "leave"),
        tuple(one for one in spans if one.kind == "recusal"),
        tuple(one for one in line.officer.leave if one not in kept),
        tuple(c for c in line.officer.recusals if c not in {one.site for one in standing}),
        await officer_spans.site_names(db, work.scope, bureau, sorted(codes)),
        await officer_trainings.in_bureau(db, work.scope, bureau, certificate),
        _periods(line, face, await calendar_for(work, bureau)),
        history_rows(changes, OFFICER_LAYOUT),
    )


def _line(
    officer: Officer,
    day: date,
    spans: Sequence[Span],
    loads: Mapping[str, Mapping[str, int]],
    log: Sequence[Training],
) -> OfficerLine:
    own = loads.get(officer.certificate, {})
    quarters = tuple(own.get(str(Period(day.year, q)), 0) for q in QUARTERS)
    mine = [one for one in spans if one.certificate == officer.certificate and one.kind == "recusal"]
    return OfficerLine(
        officer,
        validity(officer, day),
        any(first <= day <= last for first, last in officer.leave),
        sum(one.last is not None and one.last <= day for one in mine),
        quarters,
        sum(quarters),
        sum(x.minutes for x in log if x.certificate == officer.certificate and x.withdrawn_at is None),
    )


def _periods(line: OfficerLine, face: OfficersFace, calendar: Calendar) -> tuple[PeriodLoad, ...]:
    """The four quarters of the year, and the one after the present."""
    present = period_on(face.on)
    people = max(face.load.people, 1)
    year = [Period(face.on.year, q) for q in QUARTERS]
    found = []
    for period in dict.fromkeys([*year, following(present)]):
        n = period.quarter - 1 if period.year == face.on.year else None
        cap, why = officer_cap(line.officer, period, calendar=calendar)
        visits = line.quarters[n] if n is not None else 0
        whole = sum(one.quarters[n] for one in face.lines if one.valid.left >= 0) if n is not None else 0
        found.append(PeriodLoad(period, visits, cap, why, Fraction(whole, people)))
    return tuple(found)


def _load(visits: Sequence[int]) -> Load:
    if not visits:
        return Load(0, Fraction(0), 0, 0)
    most = max(visits)
    return Load(most, Fraction(sum(visits), len(visits)), len(visits), most - min(visits))


def _end_of(day: date) -> datetime:
    return datetime.combine(day + timedelta(1), time(), CHINA)
