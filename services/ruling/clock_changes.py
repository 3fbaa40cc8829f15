"""What another calendar moves: clocks of visits not yet closed, and dates of draws not yet frozen.

Only a last day that the old calendar gave is moved; one set by hand stays. What is frozen never moves.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from policies.planning.deadlines import (
    Calendar,
    Deadline,
    draw_window,
)
from policies.planning.items import ROUTINE
from policies.planning.result_clocks import result_clocks, reveal_deadline
from policies.rulebook.rules import Rules
from policies.terms import Period
from services.clock import CHINA
from services.ruling.ruleset import rules_for
from services.work import Work
from tenants.records import Visit
from tenants.rows import Draw
from tenants.stores import clocks, draws


@dataclass(frozen=True, slots=True)
class ClockChange:
    """One date another calendar gives.

    Attributes:
        clock: upload, publish, reveal (last day of secrecy) or window (first or last day of drawing).
        target: "visit/<id>" or "draw/<number>".
        before, after: last day under the old and the new calendar.
        moved: kept anew; False for a prepared draw, whose dates its drawer amends.
    """

    bureau: str
    clock: str
    target: str
    before: date
    after: date
    moved: bool

    def as_dict(self) -> dict[str, Any]:
        """JSON form; no site is named."""
        return {
            "bureau": self.bureau,
            "clock": self.clock,
            "target": self.target,
            "before": self.before.isoformat(),
            "after": self.after.isoformat(),
            "moved": self.moved,
        }


def told_of(changes: Iterable[ClockChange]) -> tuple[dict[str, str], dict[str, str]]:
    """(before, after) for the journal: the clocks that were kept anew, by what they belong to; no site."""
    moved = [one for one in changes if one.moved]
    names = [f"{one.target} {one.clock}" for one in moved]
    before = {name: one.before.isoformat() for name, one in zip(names, moved, strict=True)}
    return before, {name: one.after.isoformat() for name, one in zip(names, moved, strict=True)}


async def move_clocks(
    work: Work, old: Calendar, new: Calendar, since: date, *, draws_too: bool = True
) -> tuple[ClockChange, ...]:
    """Recompute everything of the bureau acted for that is due on or after `since`."""
    bureau = work.scope.bureau
    running = await clocks.running(work.db, work.scope, bureau, since)
    public = await clocks.published_of(work.db, work.scope, bureau, [v.id for v in running])
    found: list[ClockChange] = []
    for visit in running:
        found += await _move_visit(work, visit, (old, new), closed=visit.id in public)
    for draw in await draws.recent(work.db, work.scope, bureau, 1000) if draws_too else ():
        if draw.state == "prepared":
            found += await _of_draw(work, draw, old, new)
    return tuple(found)


async def _move_visit(
    work: Work, visit: Visit, calendars: tuple[Calendar, Calendar], *, closed: bool
) -> list[ClockChange]:
    rules = await _rules_of(work, visit)
    end = visit.ended_at.astimezone(CHINA).date()
    (old_upload, old_publish), (upload, publish) = (_clocks(rules, visit, end, one) for one in calendars)
    made: list[ClockChange] = []
    due = visit
    if visit.uploaded_at is None and visit.upload_due == old_upload.day != upload.day:
        due = replace(due, upload_due=upload.day)
        made.append(_change(visit, "upload", old_upload, upload))
    if not closed and visit.publish_due == old_publish.day != publish.day:
        due = replace(due, publish_due=publish.day)
        made.append(_change(visit, "publish", old_publish, publish))
    if made:
        days = {"upload_due": due.upload_due, "publish_due": due.publish_due}
        await clocks.move(work.db, work.scope, visit.id, **days)
    return made


async def _rules_of(work: Work, visit: Visit) -> Rules:
    """The rules by which its clocks were started: those of the day it was recorded."""
    drawn = visit.draw_no is not None
    item = str(visit.form.get("item", ROUTINE)) if drawn else ROUTINE
    on = visit.recorded_at.astimezone(CHINA).date()
    return await rules_for(work, visit.bureau, subject=visit.subject, item=item, on=on)


def _clocks(rules: Rules, visit: Visit, end: date, calendar: Calendar) -> tuple[Deadline, Deadline]:
    named = visit.form.get("period") if visit.draw_no is not None else None
    period = Period.parse(str(named)) if named else None
    ordered = bool(visit.form.get("findings"))
    return result_clocks(rules, end, period=period, ordered=ordered, calendar=calendar)


def _change(visit: Visit, clock: str, before: Deadline, after: Deadline) -> ClockChange:
    return ClockChange(visit.bureau, clock, f"visit/{visit.id}", before.day, after.day, True)


async def _of_draw(work: Work, draw: Draw, old: Calendar, new: Calendar) -> list[ClockChange]:
    rules = await rules_for(work, draw.bureau, subject=draw.subject, item=draw.item)
    return list(_draw_changes(rules, draw, old, new))


def _draw_changes(rules: Rules, draw: Draw, old: Calendar, new: Calendar) -> Iterator[ClockChange]:
    period, target = Period.parse(draw.period), f"draw/{draw.draw_no}"
    reveal = [reveal_deadline(rules, period, one) for one in (old, new)]
    if draw.reveal_by == reveal[0] != reveal[1]:
        yield ClockChange(draw.bureau, "reveal", target, reveal[0], reveal[1], False)
    windows = [draw_window(rules, period, one) for one in (old, new)]
    for before, after in zip(*windows, strict=True):
        if before != after:
            yield ClockChange(draw.bureau, "window", target, before, after, False)
