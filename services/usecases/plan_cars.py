"""Names for cars and days: what the dispatcher may see of a list, for the next working day, until the visit.

Not why a site was drawn, not the other visits of the quarter, nothing once the visit is recorded. Every look
is journalled with the slots. Basis: obligations 20, 25; the extent is our own decision.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from policies.planning.deadlines import Calendar
from policies.secrecy.views import VIEWS, cut, opens
from services.exporting import Marked, mark_export
from services.exporting.found import day_of, visit_id
from services.geo import to_wgs84
from services.ruling.calendars import calendar_for
from services.usecases.ceremony import draw_in
from services.usecases.dispatch_tasks import dispatch_board
from services.visiting.joint import Side, sides, team_of
from services.visiting.tasksheet import TaskSheet, open_sheets
from services.work import Work
from tenants.rows import Assignment, Task

VIEW = "cars"
WHY = "安排车辆和日期"


@dataclass(frozen=True, slots=True)
class Ride:
    """One visit as a car needs it.

    Attributes:
        team: names, the leader first. place: where to drive; point: lon, lat there in WGS84, if known.
        joint: another bureau has settled its day for it; or it is `missing`: its database gives no answer.
    """

    draw_no: int
    slot: int
    visit_on: date
    team: tuple[str, ...]
    joint: bool
    name: str
    place: str
    missing: bool = False
    point: tuple[float, float] | None = None

    @property
    def id(self) -> str:
        """Row id on a copy."""
        return visit_id(self.draw_no, self.slot, self.visit_on)

    def as_dict(self) -> dict[str, Any]:
        """JSON form."""
        return {
            "slot": self.slot,
            "visit_on": self.visit_on.isoformat(),
            "team": list(self.team),
            "joint": self.joint,
            "missing": self.missing,
            "name": self.name,
            "place": self.place,
        }


async def cars(work: Work, draw_no: int) -> tuple[Ride, ...]:
    """Visits of today and the next working day, those overdue included; only these are opened.

    Raises:
        WrongState: the draw has no result, or is open or void. Forbidden: not the dispatcher.
    """
    work.require("sealed.read")
    draw = await draw_in(work, draw_no, "drawn")
    to = _seen_to(work.today, await calendar_for(work))
    seen = work.seen("sealed.read")
    board = {task.slot: (task, team) for task, team in await dispatch_board(work, draw.draw_no)}
    slots = [slot for slot, (task, _) in board.items() if opens(VIEW, task.state, task.visit_on, to)]
    if not slots:
        return ()
    others = await sides(work, draw_no)
    rides = [
        seen.of("ride", await _ride(work, sheet, *board[sheet.slot], others.get(sheet.slot, Side())))
        for sheet in await open_sheets(work, draw_no, slots, WHY)
    ]
    return tuple(sorted(rides, key=lambda one: (one.visit_on, one.team, one.slot)))


async def export_cars(work: Work, draw_no: int, *, label: str = "") -> Marked[Ride]:
    """The same as a copy to print: numbered, marked, in an order of its own within each day."""
    found = await cars(work, draw_no)
    return await mark_export(
        work, VIEW, found, lambda one: one.id, draw_no=draw_no, group=lambda one: day_of(one.id), label=label
    )


def _seen_to(today: date, calendar: Calendar) -> date:
    """The last day shown: `ahead` working days on."""
    day, ahead = today, VIEWS[VIEW].ahead or 0
    while ahead > 0:
        day += timedelta(1)
        ahead -= calendar.is_working(day)
    return day


async def _ride(work: Work, sheet: TaskSheet, task: Task, team: Sequence[Assignment], other: Side) -> Ride:
    now = [one.certificate for one in team if one.until_day is None or one.until_day > work.today]
    names = tuple(one.name for one in await team_of(work, now))
    seen = cut(VIEW, {"slot": task.slot, "visit_on": task.visit_on, "team": names}, sheet.site)
    site = seen["site"]
    return Ride(
        sheet.draw_no,
        seen["slot"],
        seen["visit_on"],
        seen["team"],
        bool(other.missing or (other.partner and other.partner.visit_on)),
        str(site.get("name", "")),
        str(site.get("site_address") or site.get("address") or ""),
        bool(other.missing),
        _point(site),
    )


def _point(site: Mapping[str, Any]) -> tuple[float, float] | None:
    if site.get("lon") is None or site.get("lat") is None:
        return None
    return to_wgs84(float(site["lon"]), float(site["lat"]), str(site.get("datum") or "CGCS2000"))
