"""What the freeze must know of earlier visits: which sites are covered, and how often each was visited.

A list is frozen in the last days of the running quarter, when part of that quarter's visits is still to come.
What was drawn and not yet visited counts as visited, or the same sites would be drawn twice and others never.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from policies.terms import Period
from services.visiting.ledger import ledger_of
from services.visiting.tasksheet import open_sheets
from services.work import Work
from tenants.rows import Draw
from tenants.stores import draws, tasks, visits

WHY = "冻结名单：计入本年已抽中、尚未检查的"


@dataclass(frozen=True, slots=True)
class Coverage:
    """Visits of the year over one roster, those still to come included.

    Attributes:
        covered: sites an earlier draw of the same item has visited or is about to visit.
        ledger: {site code: {visit type: number}}, every bureau's visits.
    """

    covered: frozenset[str]
    ledger: Mapping[str, Mapping[str, int]]


async def coverage_of(work: Work, draw: Draw, period: Period) -> Coverage:
    """Coverage for the freeze of `draw`; void draws and returned records cover nothing."""
    ledger = await ledger_of(work, draw.subject, period.year)
    covered: set[str] = set()
    for other in await draws.of_subject(work.db, work.scope, draw.bureau, draw.subject, period.year):
        if other.state not in ("drawn", "opened") or other.draw_no == draw.draw_no:
            continue
        coming = await _coming(work, other)
        for code in coming:
            counts = ledger.setdefault(code, {})
            counts["random"] = counts.get("random", 0) + 1
        if other.item == draw.item and Period.parse(other.period) < period:
            covered |= coming | await _visited(work, other)
    return Coverage(frozenset(covered), ledger)


async def _visited(work: Work, draw: Draw) -> set[str]:
    """Sites with a record of the draw that stands."""
    found = await visits.of_draw(work.db, work.scope, draw.bureau, draw.draw_no)
    return {visit.site_code for visit in found if visit.state != "returned"}


async def _coming(work: Work, draw: Draw) -> set[str]:
    """Sites drawn whose visit is still to come; opened through the journal, never told."""
    slots = await tasks.open_slots(work.db, work.scope, draw.bureau, draw.draw_no)
    if not slots:
        return set()
    return {sheet.uid for sheet in await open_sheets(work, draw.draw_no, slots, WHY)}
