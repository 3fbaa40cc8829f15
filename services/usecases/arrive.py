"""Arrival at a drawn visit, noted by its team on the spot; from then on its notice may be handed out.

Basis: obligations 23, 26: two officers with valid certificates, at the site.
"""

from dataclasses import dataclass
from typing import Any

from policies.visiting.visits import Fix, check_place
from services.geo import to_wgs84
from services.ruling.ruleset import rules_for
from services.usecases.ceremony import draw_in
from services.usecases.my_tasks import OPEN, assigned_task
from services.usecases.record_visit import present_officers
from services.visiting.arrival_errors import NotArrived
from services.visiting.joint import joint_of
from services.visiting.records import position_of
from services.visiting.task_form import TaskForm, form_by
from services.visiting.tasksheet import open_sheets
from services.visiting.visit_errors import AlreadyRecorded, RecordedElsewhere
from services.work import Work
from tenants import journal
from tenants.attachment_rows import Arrival
from tenants.stores import arrivals, draws, tasks

WHY = "出具检查通知书"


@dataclass(frozen=True, slots=True)
class VisitNotice:
    """What the notice of a visit says.

    Attributes:
        site: fields of the site that may stand in a record. basis: legal bases the bureau prints.
        form: how the bureau calls its unit, its officers and its record.
    """

    arrival: Arrival
    site: dict[str, Any]
    item: str
    period: str
    basis: tuple[str, ...]
    form: TaskForm


async def arrive(
    work: Work, draw_no: int, slot: int, present: tuple[str, ...], fix: Fix | None = None, reason: str = ""
) -> Arrival:
    """Note who stands at the site; the first note stands, the same visit again answers with it.

    Args:
        present: certificates of those there, of both bureaus at a joint visit.
        fix: position of the device; `reason` says why there is none, or why it lies away from the site.

    Raises:
        NotYours: not dispatched to the person, or not yet. AlreadyRecorded: the visit is over.
        RecordedElsewhere: the other side of a joint visit records. TooFewOfficers. RecordRefused.
    """
    work.require("visit.record", assigned=True)
    task, team = await assigned_task(work, draw_no, slot)
    bureau = work.scope.bureau
    if known := await arrivals.of_task(work.db, work.scope, bureau, draw_no, slot):
        return known
    if task.state not in OPEN:
        raise AlreadyRecorded(f"{draw_no}/{slot}")
    draw = await draw_in(work, draw_no, "drawn")
    joint = await joint_of(work, draw_no, slot)
    if joint and draw.subject != draw.bureau:
        raise RecordedElsewhere(draw.bureau, bureau=draw.subject)
    rules = await rules_for(work, bureau, subject=draw.subject, item=draw.item)
    least = rules.value("record.officers")
    there = await present_officers(work, present, work.today, team, joint, least)
    (sheet,) = await open_sheets(work, draw_no, [slot], "登记到场")
    row = Arrival(
        bureau=bureau,
        draw_no=draw_no,
        slot=slot,
        officers=tuple(_officer(*one) for one in there),
        position=_position(sheet.point, fix, reason),
        by=work.principal.subject,
        at=work.now,
    )
    await arrivals.keep(work.db, work.scope, row)
    await tasks.set_state(work.db, work.scope, draw_no, slot, "arrived", expected=OPEN)
    await journal.note(
        work.db, work.scope, actor=work.principal, action="visit.record",
        target=f"draw/{bureau}/{draw_no}/{slot}/arrival", before={"state": task.state},
        after={"state": "arrived", "officers": len(there), "inside": row.position.get("inside")}, at=work.now,
    )  # fmt: skip
    return row


async def arrival_noted(work: Work, draw_no: int, slot: int) -> Arrival | None:
    """The arrival of an own visit, if it was noted. Raises NotYours."""
    work.require("task.read_own", assigned=True)
    await assigned_task(work, draw_no, slot)
    return await arrivals.of_task(work.db, work.scope, work.scope.bureau, draw_no, slot)


async def visit_notice(work: Work, draw_no: int, slot: int) -> VisitNotice:
    """What the notice of an own visit says. Raises NotYours; NotArrived: it may not be handed out yet."""
    noted = await arrival_noted(work, draw_no, slot)
    if noted is None:
        raise NotArrived(f"{draw_no}/{slot}")
    draw = await draws.get(work.db, work.scope, work.scope.bureau, draw_no)
    rules = await rules_for(work, draw.bureau, subject=draw.subject, item=draw.item)
    (sheet,) = await open_sheets(work, draw_no, [slot], WHY)
    basis = rules.texts("legal.bases")
    return VisitNotice(noted, dict(sheet.public_site()), draw.item, draw.period, basis, form_by(rules))


def _officer(bureau: str, officer: Any, lead: bool) -> dict[str, Any]:
    return {"bureau": bureau, "certificate": officer.certificate, "name": officer.name, "lead": lead}


def _position(point: tuple[float, float, str], fix: Fix | None, reason: str) -> dict[str, Any]:
    metres, inside = check_place(fix, *to_wgs84(*point), reason)
    return position_of(fix, metres, inside=inside, reason=reason.strip())
