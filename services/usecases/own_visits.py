"""Visits a person took part in, each as far as the person's role there sees it.

An inspector reads the own records whole; a joint department and the monitoring station, the site, the day and
their own part of the record, from the day of the visit on. Basis: obligation 25.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from policies.terms import Period
from policies.visiting.checklist import Checklist
from services.clock import CHINA
from services.usecases.bring_along import GUESTS
from services.usecases.my_tasks import certificate_of
from services.visiting.records import certificates, item_words
from services.visiting.task_form import form_of_draw
from services.visiting.tasksheet import open_sheets
from services.visiting.visit_errors import NotYours
from services.work import Work
from tenants.companion_rows import Companion
from tenants.records import Visit
from tenants.rows import Task
from tenants.stores import companions, draws, tasks, visits

WHY = "查看联合检查中本部门承担的部分"
INSPECTOR = "inspector"


@dataclass(frozen=True, slots=True)
class OwnVisit:
    """A visit as one who took part sees it; what the role is not shown is empty.

    Attributes:
        role: as which the person takes part. state: of the visit, or of its record once there is one.
        name, place: of the site. day: of the visit.
        parts: names of the groups that are the person's. answers: (question, answer, words) of those.
        team: names of the officers. record: the whole sealed record.
    """

    bureau: str
    draw_no: int | None
    slot: int | None
    role: str
    state: str
    name: str
    place: str
    day: date | None
    team: tuple[str, ...]
    parts: tuple[str, ...]
    answers: tuple[tuple[str, str, str], ...]
    record: Mapping[str, Any] | None

    def as_dict(self) -> dict[str, Any]:
        """JSON form."""
        return {
            "bureau": self.bureau,
            "draw_no": self.draw_no,
            "slot": self.slot,
            "role": self.role,
            "state": self.state,
            "name": self.name,
            "place": self.place,
            "day": self.day and self.day.isoformat(),
            "team": list(self.team),
            "parts": list(self.parts),
            "answers": [{"question": q, "answer": a, "words": w} for q, a, w in self.answers],
            "record": self.record,
        }


async def own_visits(work: Work) -> tuple[OwnVisit, ...]:
    """The person's visits of this quarter, latest first; the opening of a sealed site is journalled.

    Args:
        work: of an inspector, a joint department or the monitoring station; it must be able to write.
    """
    work.require("visit.read", assigned=True)
    found: list[OwnVisit] = []
    for role in sorted(work.principal.roles & {INSPECTOR, *GUESTS}):
        seen = work.seen("visit.read", assigned=True, role=role)
        made = await _recorded(work) if role == INSPECTOR else await _along(work, role)
        found += [seen.of("own_visit", one) for one in made]
    work.seen("visit.read", assigned=True)  # who took part in none sees none
    return tuple(sorted(found, key=_latest_first))


def _latest_first(one: OwnVisit) -> tuple[int, int, int]:
    return -(one.day or date.max).toordinal(), one.draw_no or 0, one.slot or 0


async def _recorded(work: Work) -> list[OwnVisit]:
    """Records of this quarter that name the officer as present."""
    try:
        own = await certificate_of(work)
    except NotYours:  # a login of no officer was present nowhere
        return []
    every = await visits.of_period(work.db, work.scope, work.scope.bureau, _quarter(work))
    mine = [one for one in every if own in certificates(one.officers)]
    return [_of_record(one) for one in mine]


def _quarter(work: Work) -> Period:
    return Period.parse(f"{work.today.year}Q{(work.today.month + 2) // 3}")


async def _along(work: Work, role: str) -> list[OwnVisit]:
    """This quarter's visits the person was named for, once their day has come and while the draw stands."""
    by_draw: dict[int, list[Companion]] = defaultdict(list)
    for one in await companions.of_subject(work.db, work.scope):
        if one.role == role:
            by_draw[one.draw_no].append(one)
    found: list[OwnVisit] = []
    for draw_no, rows in by_draw.items():
        draw = await draws.get(work.db, work.scope, work.scope.bureau, draw_no)
        if draw.state != "void":
            found += await _of_draw(work, draw_no, rows)
    return found


async def _of_draw(work: Work, draw_no: int, rows: Sequence[Companion]) -> list[OwnVisit]:
    bureau, first = work.scope.bureau, _quarter(work).first
    checklist = (await form_of_draw(work, draw_no)).checklist
    due = {
        task.slot: task
        for task in await tasks.of_draw(work.db, work.scope, bureau, draw_no)
        if task.visit_on and first <= task.visit_on <= work.today and task.state not in ("drawn", "cancelled")
    }
    rows = [row for row in rows if row.slot in due]
    kept = {row.slot: await visits.of_task(work.db, work.scope, bureau, draw_no, row.slot) for row in rows}
    sealed = [row.slot for row in rows if kept[row.slot] is None]
    sheets = {one.slot: one for one in await open_sheets(work, draw_no, sealed, WHY)} if sealed else {}
    found = []
    for row in rows:
        visit, task = kept[row.slot], due[row.slot]
        site = sheets[row.slot].site if visit is None else visit.form["site"]
        found.append(_part(row, task, visit, site, checklist))
    return found


def _part(
    row: Companion, task: Task, visit: Visit | None, site: Mapping[str, Any], checklist: Checklist
) -> OwnVisit:
    asked = visit.form["answers"] if visit else ()
    mine = [one for one in asked if one["item"].partition(".")[0] in row.parts]
    words = visit.form if visit else {}
    return OwnVisit(
        bureau=row.bureau,
        draw_no=row.draw_no,
        slot=row.slot,
        role=row.role,
        state=visit.state if visit else task.state,
        name=str(site.get("name", "")),
        place=_place(site),
        day=task.visit_on,
        team=(),
        parts=tuple(checklist.groups[code][0] for code in row.parts if code in checklist.groups),
        answers=tuple((item_words(words, one["item"]), one["answer"], one.get("words", "")) for one in mine),
        record=None,
    )


def _of_record(visit: Visit) -> OwnVisit:
    site = visit.form["site"]
    return OwnVisit(
        bureau=visit.bureau,
        draw_no=visit.draw_no,
        slot=visit.slot,
        role=INSPECTOR,
        state=visit.state,
        name=str(site.get("name", "")),
        place=_place(site),
        day=visit.started_at.astimezone(CHINA).date(),
        team=tuple(str(one.get("name", "")) for one in visit.officers),
        parts=(),
        answers=(),
        record=visit.form,
    )


def _place(site: Mapping[str, Any]) -> str:
    return str(site.get("site_address") or site.get("address") or "")
