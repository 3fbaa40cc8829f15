"""What a person of the desk finds in the morning: to-dos by role, clocks, the next window, progress."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from policies.access import menu
from policies.planning.deadlines import draw_window, provisional, working_days_left
from policies.rulebook.rule_errors import NoRule
from policies.terms import Mark, Period
from services.clock import CHINA
from services.keepers import keeping_of
from services.ruling.calendars import calendar_for
from services.ruling.plans import subjects_of
from services.ruling.ruleset import rules_for
from services.usecases.change_board import waiting_changes
from services.usecases.publish_notice import Waiting, waiting_results
from services.usecases.restore_roles import resting_roles
from services.usecases.upload_results import Due, due_uploads
from services.views.alarms import own_alarms
from services.views.arrived import arrived
from services.views.asked import visits_asked, waivers_asked
from services.views.audits import open_steps
from services.views.periods import next_period, period_of
from services.views.progress import Progress, progress_of
from services.views.urgency import Group, Todo, grouped
from services.work import Work
from tenants.records import Visit
from tenants.rows import Draw
from tenants.stores import (
    choices,
    draws,
    glass,
    plans,
    role_grants,
    sites,
    tasks,
    visits,
    voids,
)

CLOCKS = 12
SOON = 5  # working days


@dataclass(frozen=True, slots=True)
class Clock:
    """A deadline of one record. `kind`: "upload" or "publish"."""

    kind: str
    visit: Visit
    due: date
    left: int


@dataclass(frozen=True, slots=True)
class Window:
    """When the list of a quarter may be drawn.

    Attributes:
        left, closes: working days to its first day, 0 once open, and to its last.
        provisional: the year has no holiday notice yet; the days move when it is entered.
    """

    period: Period
    first: date
    last: date
    left: int
    open: bool
    provisional: bool = False
    closes: int = 0


@dataclass(frozen=True, slots=True)
class DrawLine:
    """A draw with its visits' progress."""

    draw: Draw
    progress: Progress


@dataclass(frozen=True, slots=True)
class Workbench:
    """Everything the workbench shows.

    Attributes:
        missed: the present quarter, if its window passed without a draw that stands.
        voided: numbers of the void draws of that quarter: it was drawn, and the result was withdrawn.
    """

    todos: tuple[Todo, ...]
    clocks: tuple[Clock, ...]
    window: Window | None
    missed: Period | None
    voided: tuple[int, ...]
    draws: tuple[DrawLine, ...]

    @property
    def groups(self) -> tuple[Group, ...]:
        """The to-dos by urgency."""
        return grouped(self.todos)


async def workbench(work: Work) -> Workbench:
    """The workbench of the person in the bureau acted for; only what the roles allow is looked up."""
    rights = menu(work.principal, _ASKED)
    lines = await _lines(work) if "draw.read" in rights else ()
    uploads = await due_uploads(work) if "upload.make" in rights else ()
    waiting = await _waiting(work) if "notice.make" in rights else ()
    window, missed = (
        await _windows(work, [line.draw for line in lines]) if "draw.read" in rights else (None, None)
    )
    todos = [
        *await _planning(work, rights),
        *_coming(window, missed, lines, rights),
        *await _changing(work, lines, rights),
        *await _approving(work, lines, rights),
        *await _drawing(work, lines, rights),
        *await _alarms(work, rights),
        *await _staffing(work, rights),
        *await waivers_asked(work, rights),
        *await visits_asked(work, rights),
        *await _audited(work, rights),
        *await arrived(work, rights),
        *await _reviewing(work, rights),
        *await _asked_to_look(work, rights),
        *_clocked("upload", "/desk/uploads", uploads),
        *_clocked("publish", "/desk/notices", [w for w in waiting if w.visit.state == "accepted"]),
    ]
    shown = work.seen("draw.read")
    if "days" not in shown:
        window, missed = None, None
    told = lines if "progress" in shown else ()
    return Workbench(tuple(todos), _clocks(uploads, waiting), window, missed, _voided(lines, missed), told)


_ASKED = (
    "draw.void",
    "draw.compare",
    "draw.take_in",
    "draw.read",
    "upload.make",
    "notice.make",
    "site.import",
    "plan.make",
    "plan.approve",
    "draw.prepare",
    "draw.freeze",
    "draw.run",
    "draw.open",
    "draw.void_approve",
    "draw.change",
    "draw.change_approve",
    "rules.approve",
    "glass.approve",
    "task.dispatch",
    "visit.review",
    "people.approve",
    "waiver.propose",
    "waiver.approve",
    "request.decide",
    "audit.approve",
    "audit.answer",
    "audit.done",
    "audit.settle",
    "roster.hand",
    "roster.take",
)


async def _planning(work: Work, rights: frozenset[str]) -> list[Todo]:
    found: list[Todo] = []
    if "site.import" in rights and not (await sites.counts(work.db, work.scope, work.scope.bureau))["all"]:
        found.append(Todo("import", "/desk/import"))
    if not rights & {"plan.make", "plan.approve"}:
        return found
    year = work.today.year + (work.today.month == 12)
    plan = await plans.latest(work.db, work.scope, work.scope.bureau, year)
    if plan is None and "plan.make" in rights and await _has_sites(work):
        found.append(Todo("plan.make", f"/desk/plan?year={year}"))
    if plan is not None and plan.state == "draft" and "plan.approve" in rights:
        found.append(Todo("plan.approve", f"/desk/plan?year={year}"))
    return found


async def _has_sites(work: Work) -> bool:
    """Whether a plan would have anything to plan: sites of the bureau, or of the districts it draws from."""
    for code in await subjects_of(work, work.scope.bureau):
        if code in work.scope.visible and (await sites.counts(work.db, work.scope, code))["active"]:
            return True
    return False


async def _approving(work: Work, lines: Sequence[DrawLine], rights: frozenset[str]) -> list[Todo]:
    """What another person proposed: nobody approves the own proposal."""
    found: list[Todo] = []
    if "rules.approve" in rights:
        kept = await choices.all_of(work.db, work.scope, work.scope.bureau)
        waiting = [r for r in kept if r.state == "proposed" and r.proposed_by != work.principal.subject]
        stated = any(
            row.basis.get("document") or row.basis.get("mark") == Mark.STATED.value for row in waiting
        )
        href = "/desk/onboarding" if stated else "/desk/rules"
        found += [Todo("rules.approve", href, len(waiting))] if waiting else []
    if "draw.void_approve" in rights:
        for draw in (line.draw for line in lines if line.draw.state in ("frozen", "drawn")):
            kept_void = await voids.latest(work.db, work.scope, draw.bureau, draw.draw_no)
            if kept_void and kept_void.approved_by is None and kept_void.by != work.principal.subject:
                found.append(Todo("void.approve", f"/desk/draws/{draw.draw_no}"))
    return found


async def _changing(work: Work, lines: Sequence[DrawLine], rights: frozenset[str]) -> list[Todo]:
    """Changes after the draw: what another person proposed, and teams on which somebody cannot go."""
    found: list[Todo] = []
    for draw in (line.draw for line in lines if line.draw.state == "drawn" and "draw.change" in rights):
        approvals, wanting = await waiting_changes(work, draw)
        href = f"/desk/draws/{draw.draw_no}/changes"
        if approvals and "draw.change_approve" in rights:
            found.append(Todo("change.approve", href, approvals))
        if wanting:
            found.append(Todo("change.propose", href, wanting))
    return found


def _voided(lines: Sequence[DrawLine], missed: Period | None) -> tuple[int, ...]:
    quarter = str(missed)
    return tuple(sorted(d.draw.draw_no for d in lines if d.draw.state == "void" and d.draw.period == quarter))


def _coming(
    window: Window | None, missed: Period | None, lines: Sequence[DrawLine], rights: frozenset[str]
) -> list[Todo]:
    """A list to be drawn that nobody has prepared: the quarter missed, and the one whose days run."""
    if "draw.prepare" not in rights:
        return []
    standing = {line.draw.period for line in lines if line.draw.state != "void"}
    found = [Todo("draw.missed", "/desk/draws")] if missed and str(missed) not in standing else []
    if window and window.open and str(window.period) not in standing:
        found.append(Todo("draw.prepare", "/desk/draws", left=window.closes))
    return found


async def _drawing(work: Work, lines: Sequence[DrawLine], rights: frozenset[str]) -> list[Todo]:
    found = []
    for line in lines:
        href, states = f"/desk/draws/{line.draw.draw_no}", line.progress.states
        if line.draw.state == "prepared" and "draw.freeze" in rights:
            found.append(Todo("draw.freeze", href, left=await _window_left(work, line.draw)))
        if line.draw.state == "frozen" and "draw.run" in rights:
            found.append(Todo("draw.run", href, left=await _window_left(work, line.draw)))
        if line.progress.late and "task.dispatch" in rights:
            found.append(Todo("overdue", href, line.progress.late))
        if states["drawn"] and "task.dispatch" in rights:
            found.append(Todo("dispatch", href, states["drawn"]))
        finished = line.progress.live == line.progress.done > 0
        if line.draw.state == "drawn" and finished and "draw.open" in rights:
            found.append(Todo("draw.open", href))
    return found


async def _window_left(work: Work, draw: Draw) -> int | None:
    """Working days to the last day on which the list may be drawn; None where no rule names one."""
    rules: Any = await rules_for(work, work.scope.bureau)
    calendar = await calendar_for(work)
    try:
        _, last = draw_window(rules, Period.parse(draw.period), calendar)
    except NoRule:
        return None
    return working_days_left(work.today, last, calendar)


async def _alarms(work: Work, rights: frozenset[str]) -> list[Todo]:
    """The platform's list differs from a draw of ours: for the bureau; the city sees it on its own desk."""
    if not rights & {"draw.void", "draw.compare"}:
        return []
    return [Todo("platform.differs", f"/desk/draws/{one.draw_no}") for one in await own_alarms(work)]


async def _staffing(work: Work, rights: frozenset[str]) -> list[Todo]:
    """Roles another person proposed; the roster's named keeper, where there is none or a handover waits."""
    found, me = [], work.principal.subject
    if "people.approve" in rights:
        kept = await role_grants.of_bureau(work.control, work.scope, work.scope.bureau, open_only=True)
        waiting = [one for one in kept if me not in (one.proposed_by, one.subject)]
        rest = await resting_roles(work)
        count = len(waiting) + len({r.subject for r in rest if me not in (r.subject, r.suspended_by)})
        found += [Todo("people.approve", "/desk/people", count)] if count else []
    if rights & {"roster.hand", "roster.take"}:
        keeping = await keeping_of(work)
        if keeping.open is not None and keeping.open.taker == me:
            found.append(Todo("roster.take", "/desk/organisation#keeper"))
        elif keeping.open is None and keeping.keeper is None:
            found.append(Todo("roster.keeper", "/desk/organisation#keeper"))
    return found


async def _asked_to_look(work: Work, rights: frozenset[str]) -> list[Todo]:
    """Break-glass requests that wait for this head."""
    if "glass.approve" not in rights:
        return []
    about = await glass.in_bureau(work.control, work.scope, work.scope.bureau)
    waiting = [g for g in about if g.state(work.now) == "asked" and g.asker != work.principal.subject]
    return [Todo("glass.approve", "/desk/glass", len(waiting))] if waiting else []


async def _audited(work: Work, rights: frozenset[str]) -> list[Todo]:
    """Steps of audits that wait for this person: here as the audited bureau, or as its superior."""
    if not rights & {"audit.approve", "audit.answer", "audit.done", "audit.settle"}:
        return []
    me, count = work.principal.subject, await open_steps(work)
    mine = {"audit.approve": count.letters(me), "audit.settle": count.settle}
    mine |= {"audit.answer": count.answer, "audit.done": count.carry_out}
    pages = {"audit.approve": "/city/audits", "audit.settle": "/city/audits"}
    return [
        Todo(action, pages.get(action, "/desk/audits"), number)
        for action, number in mine.items()
        if action in rights and number
    ]


async def _reviewing(work: Work, rights: frozenset[str]) -> list[Todo]:
    if "visit.review" not in rights:
        return []
    recorded = [
        v
        for period in _periods(work)
        for v in await visits.of_period(work.db, work.scope, work.scope.bureau, period)
        if v.state == "recorded"
    ]
    dues = [v.publish_due for v in recorded if v.publish_due is not None]
    calendar = await calendar_for(work)
    left = min((working_days_left(work.today, due, calendar) for due in dues), default=None)
    return [Todo("review", "/desk/visits?state=recorded", len(recorded), left)] if recorded else []


def _clocked(id: str, href: str, rows: Sequence[Due | Waiting]) -> list[Todo]:
    return [Todo(id, href, len(rows), min(row.left for row in rows))] if rows else []


def _clocks(uploads: Sequence[Due], waiting: Sequence[Waiting]) -> tuple[Clock, ...]:
    rows = [Clock("upload", one.visit, one.due, one.left) for one in uploads]
    rows += [Clock("publish", one.visit, one.due, one.left) for one in waiting]
    urgent = [row for row in rows if row.left <= SOON]
    return tuple(sorted(urgent, key=lambda row: (row.due, row.kind, row.visit.id))[:CLOCKS])


async def _waiting(work: Work) -> list[Waiting]:
    return [one for period in _periods(work) for one in await waiting_results(work, str(period))]


async def _lines(work: Work) -> tuple[DrawLine, ...]:
    found = await draws.recent(work.db, work.scope, work.scope.bureau, 8)
    wanted = {str(period) for period in (*_periods(work), next_period(period_of(work.today)))}
    return tuple([await draw_line(work, d) for d in found if d.period in wanted])


async def draw_line(work: Work, draw: Draw) -> DrawLine:
    """A draw with the states of its visits."""
    rows = await tasks.of_draw(work.db, work.scope, draw.bureau, draw.draw_no)
    return DrawLine(draw, progress_of(rows, work.today))


def _periods(work: Work) -> tuple[Period, Period]:
    """This quarter and the one before, whose clocks may still run."""
    now = period_of(work.today)
    return now.previous, now


async def _windows(work: Work, found: Sequence[Draw]) -> tuple[Window | None, Period | None]:
    """The next window, and the present quarter if nothing was drawn for it in time."""
    rules: Any = await rules_for(work, work.scope.bureau)
    calendar = await calendar_for(work)
    frozen = {d.period for d in found if d.state not in ("prepared", "void")}
    now, missed = period_of(work.today), None
    for period in (now, next_period(now), next_period(next_period(now))):
        try:
            first, last = draw_window(rules, period, calendar)
        except NoRule:
            return None, None
        if str(period) in frozen:
            continue
        if work.today <= last:
            left = max(0, working_days_left(work.today, first, calendar))
            unsure = provisional(first, last, calendar)
            closes = working_days_left(work.today, last, calendar)
            return Window(period, first, last, left, first <= work.today, unsure, closes), missed
        if await _planned(work, period, last):
            missed = period
    return None, missed


async def _planned(work: Work, period: Period, last: date) -> bool:
    """Whether a plan was approved before the last day of the window: without one nobody could draw."""
    versions = await plans.versions(work.db, work.scope, work.scope.bureau, period.year)
    return any(
        row.approved_at is not None and row.approved_at.astimezone(CHINA).date() < last for row in versions
    )
