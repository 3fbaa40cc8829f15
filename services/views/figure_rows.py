"""The rows behind a figure of the comparison: draws, visits by slot, records, changes; no sealed name."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from policies.errors import Missing
from policies.figures import FIGURES
from policies.planning.caps import DRAWN, Cap, cap_of
from policies.rulebook.rules import Rules
from policies.terms import Period
from services.ruling.ruleset import least_officers, rules_for
from services.views.desk import Here, here
from services.views.periods import chosen_period, period_of
from services.work import Work
from tenants.records import Visit
from tenants.rows import Task
from tenants.stores import clocks, draws, side_by_side, tasks, visits

MOST = 500
FAULTS = ("corrected", "pending")
DONE = ("recorded", "reviewed", "published")


@dataclass(frozen=True, slots=True)
class FigureRows:
    """What a figure counts, row by row.

    Attributes:
        form: which table of the page shows them: "draws", "tasks", "visits", "changes" or "sites".
        rows: at most MOST; `more`: there are others. rules: of the bureau, for the clause.
    """

    here: Here
    figure: str
    period: Period
    form: str
    rows: tuple[Any, ...]
    more: bool
    rules: Rules


@dataclass(frozen=True, slots=True)
class SiteVisits:
    """A site beyond the cap: how often it was visited this year, and the limit."""

    code: str
    count: int
    limit: int


async def figure_rows(work: Work, bureau: str, figure: str, wanted: str) -> FigureRows:
    """The rows behind one figure of a visible bureau's quarter.

    Raises:
        Missing: there is no such figure. Stranger: not visible from the bureau acted for.
    """
    work.require("city.compare", bureau=bureau)
    if figure not in FIGURES:
        raise Missing(figure[:40], what="页面")
    every = await draws.recent(work.db, work.scope, bureau, 200)
    known = tuple(sorted({Period.parse(one.period) for one in every}, reverse=True))
    period = chosen_period(period_of(work.today), known, wanted)
    rules = await rules_for(work, bureau)
    form, rows = await _rows(work, bureau, figure, period, rules)
    cut = tuple(rows[:MOST])
    return FigureRows(await here(work, bureau), figure, period, form, cut, len(rows) > MOST, rules)


async def _rows(
    work: Work, bureau: str, figure: str, period: Period, rules: Rules
) -> tuple[str, Sequence[Any]]:
    if figure in ("draws", "required", "drawn", "voids"):
        found = [d for d in await draws.recent(work.db, work.scope, bureau, 200) if d.period == str(period)]
        return "draws", [d for d in found if (d.state == "void") == (figure == "voids")]
    if figure in ("done", "late", "published", "done_share", "published_share"):
        return "tasks", [one for one in await _tasks(work, bureau, period) if _counts(work, one, figure)]
    if figure == "changes":
        return "changes", await side_by_side.changed_rows(work.db, work.scope, bureau, period, MOST + 1)
    if figure == "over_caps":
        return "sites", await _over(work, bureau, period.year, cap_of(rules))
    every = [
        one for one in await visits.of_period(work.db, work.scope, bureau, period) if one.state != "returned"
    ]
    if figure == "unpublished":
        late = [one for one in every if one.publish_due is not None and one.publish_due < work.today]
        told = await clocks.published_of(work.db, work.scope, bureau, [one.id for one in late])
        return "visits", [one for one in late if one.id not in told]
    return "visits", [one for one in every if _shown(work, one, figure)]


async def _tasks(work: Work, bureau: str, period: Period) -> list[Task]:
    mine = [d for d in await draws.recent(work.db, work.scope, bureau, 200) if d.period == str(period)]
    return [
        task
        for d in mine
        if d.state != "void"
        for task in await tasks.of_draw(work.db, work.scope, bureau, d.draw_no)
    ]


def _counts(work: Work, task: Task, figure: str) -> bool:
    if figure == "late":
        day = task.visit_on
        return task.state in ("dispatched", "arrived") and day is not None and day < work.today
    if figure.startswith("published"):
        return task.state == "published"
    return task.state in DONE


def _shown(work: Work, visit: Visit, figure: str) -> bool:
    if figure == "overdue":
        return visit.uploaded_at is None and visit.upload_due is not None and visit.upload_due < work.today
    if figure == "alone":
        return len(visit.officers) < least_officers(work)
    if figure == "faults":
        return visit.result_code in FAULTS
    return visit.visit_type == DRAWN if figure in ("random", "random_share") else True


async def _over(work: Work, bureau: str, year: int, cap: Cap | None) -> list[SiteVisits]:
    if cap is None:
        return []
    counted: dict[str, int] = {}
    for code, kind, _ in await visits.ledger(work.db, work.scope, bureau, year):
        if kind in cap.counts:
            counted[code] = counted.get(code, 0) + 1
    over = [SiteVisits(code, n, cap.limit) for code, n in sorted(counted.items()) if n > cap.limit]
    return sorted(over, key=lambda one: -one.count)
