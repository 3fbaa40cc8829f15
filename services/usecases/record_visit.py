"""A visit is recorded once, on site, by its team, and sealed. Basis: obligations 4, 6, 23, 24, 26, 27.

Before this moment nothing outside the seal links a site to a draw; the row written here is the first.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid4

from policies.planning.deadlines import Calendar, Deadline
from policies.planning.result_clocks import result_clocks
from policies.rulebook.labels import labels_of
from policies.rulebook.rules import Rules, Value
from policies.terms import Officer, Period
from policies.visiting.checklist import checklist_of
from policies.visiting.files import named_files
from policies.visiting.visit_errors import RecordRefused
from policies.visiting.visits import Present, team_present
from services.clock import CHINA
from services.ruling.calendars import calendar_for
from services.ruling.ruleset import rules_for
from services.usecases.ceremony import draw_in
from services.usecases.my_tasks import OPEN, assigned_task, certificate_of
from services.visiting.file_errors import FilesMissing
from services.visiting.joint import hold_roster, joint_of, partner, team_of
from services.visiting.records import (
    SHA256,
    Facts,
    Place,
    Sealed,
    carried,
    check_present,
    finding_rows,
    make_record,
    visit_row,
)
from services.visiting.tasksheet import TaskSheet, open_sheets
from services.visiting.visit_errors import AlreadyRecorded, RecordedElsewhere
from services.visiting.visit_forms import VisitForm
from services.work import Work
from tenants import journal
from tenants.records import Finding, Visit
from tenants.rows import Assignment, Draw, Joint, Task
from tenants.stores import attachments, draws, tasks, visits

Team = tuple[tuple[str, Officer, bool], ...]


@dataclass(frozen=True, slots=True)
class Recorded:
    """A kept record.

    Attributes:
        visit_id: of the own side. sides: bureaus that hold a row of it.
        upload, publish: last days; see `policies.planning.result_clocks`.
        repeated: the same record had been kept before.
    """

    visit_id: UUID
    sha256: str
    sides: tuple[str, ...]
    findings: int
    orders: tuple[str, ...]
    upload: Deadline
    publish: Deadline
    repeated: bool

    def as_dict(self) -> dict[str, Any]:
        """JSON form."""
        return {
            "visit_id": str(self.visit_id),
            "sha256": self.sha256,
            "sides": list(self.sides),
            "findings": self.findings,
            "orders": list(self.orders),
            "upload": self.upload.as_dict(),
            "publish": self.publish.as_dict(),
            "repeated": self.repeated,
        }


async def record_visit(work: Work, draw_no: int, slot: int, form: VisitForm) -> Recorded:
    """Keep the record of a drawn visit; sent again unchanged, the first one answers.

    A joint visit is recorded once, by the bureau whose roster holds the site; both tasks are done with it,
    and each bureau keeps its own row of the same sealed record.

    Raises:
        NotYours: not dispatched to the person, or not yet. RecordedElsewhere: the other side records.
        TooFewOfficers: of either side's team. ChecklistIncomplete, RecordRefused: the form.
        FilesMissing: attachments that did not arrive.
        AlreadyRecorded: another record stands. WrongState: the draw has no result that stands.
    """
    work.require("visit.record", assigned=True)
    draw, task, team, former = await _claimed(work, draw_no, slot)
    joint = await joint_of(work, draw_no, slot)
    _not_before(team, form)
    if joint and draw.subject != draw.bureau:
        raise RecordedElsewhere(draw.bureau, bureau=draw.subject)
    (sheet,) = await open_sheets(work, draw_no, [slot], "填写检查记录")
    day = _day(form.started_at)  # the form is the one in force on the day of the visit
    rules = await rules_for(work, work.scope.bureau, subject=draw.subject, item=draw.item, on=day)
    least = rules.value("record.officers")
    there = await present_officers(work, form.present, _day(form.started_at), team, joint, least)
    facts = await _facts(work, draw, sheet, rules, there, joint)
    facts = replace(facts, files=await _files(work, draw_no, slot, form), former=former)
    sealed = make_record(form, facts, work.now)
    if task.state not in OPEN:
        return await _again(work, draw_no, slot, sealed, rules, form)
    return await _keep(work, form, facts, sealed, rules)


async def _claimed(
    work: Work, draw_no: int, slot: int
) -> tuple[Draw, Task, tuple[Assignment, ...], Visit | None]:
    """Draw, visit, team and returned record, while nobody else joins or records visits to this roster."""
    await assigned_task(work, draw_no, slot)  # a stranger is refused before anything waits for him
    await hold_roster(work, await draws.get(work.db, work.scope, work.scope.bureau, draw_no))
    task, team = await assigned_task(work, draw_no, slot)
    # a record sent twice is answered after the opening too, and so is a new version of one; a first one
    # counts for a standing draw only
    former = await visits.last_returned(work.db, work.scope, work.scope.bureau, draw_no, slot)
    states = ("drawn",) if task.state in OPEN and former is None else ("drawn", "opened")
    return await draw_in(work, draw_no, *states), task, team, former


def _not_before(team: tuple[Assignment, ...], form: VisitForm) -> None:
    """A visit that began before its team could know of it was no drawn visit."""
    day, first = _day(form.started_at), max(a.from_day for a in team)
    if day < first:
        raise RecordRefused(day, need=f"检查不早于派发给检查组的日期 {first}")


async def present_officers(
    work: Work,
    present: tuple[str, ...],
    day: date,
    team: tuple[Assignment, ...],
    joint: Joint | None,
    least: Value,
) -> Team:
    """Who is there, of the drawn teams and nobody else; `least` valid certificates of each side.

    Raises:
        TooFewOfficers. RecordRefused: a stranger is named, or the person is not among them.
    """
    own = await team_of(work, [a.certificate for a in team])
    other = await partner(work, joint) if joint else None
    drawn = {o.certificate for o in (*own, *(other.team if other else ()))}
    check_present(present, drawn, await certificate_of(work), "到场人员均为抽定检查组的成员")
    sides = [(work.scope.bureau, own, {a.certificate for a in team if a.lead})]
    sides += [(other.bureau, other.team, set[str]())] if other else []
    found: Team = ()
    for bureau, officers, leads in sides:
        here = tuple((bureau, o, o.certificate in leads) for o in officers if o.certificate in present)
        valid = [Present(o.certificate, o.valid_until, lead) for _, o, lead in here]
        team_present(valid, [o.certificate for o in officers], day, least)
        found += here
    return found


def _day(moment: datetime) -> date:
    return moment.astimezone(CHINA).date()


async def _files(work: Work, draw_no: int, slot: int, form: VisitForm) -> tuple[dict[str, Any], ...]:
    """What was kept of each file the record names."""
    rows = await attachments.of_task(work.db, work.scope, work.scope.bureau, draw_no, slot)
    kept = {one.sha256: {"kind": one.kind, "media": one.media, **one.facts} for one in rows}
    hashes = tuple(one for one in form.attachments if SHA256.fullmatch(one))  # others: refused when sealed
    found, missing = named_files(hashes, kept)
    if missing:
        raise FilesMissing("、".join(one[:12] for one in missing[:5]), count=len(missing))
    return tuple(found)


async def _facts(
    work: Work, draw: Draw, sheet: TaskSheet, rules: Rules, present: Team, joint: Joint | None
) -> Facts:
    places = [Place(draw.bureau, draw.subject, draw.draw_no, sheet.slot)]
    if joint:
        places.append(Place(joint.other_bureau, draw.subject, joint.other_draw_no, joint.other_slot))
    return Facts(
        places=tuple(places),
        visit_type="random",
        site=sheet.public_site(),
        point=sheet.point,
        stratum=sheet.stratum,
        item=draw.item,
        period=draw.period,
        officers=present,
        form_name=rules.text("record.form"),
        basis=rules.texts("legal.bases"),
        checklist=checklist_of(rules),
        least=rules.integer("record.officers"),
        labels=labels_of(rules),
        recorded_by=work.principal.subject,
        simulated=work.app.clock.simulated,
    )


async def _keep(work: Work, form: VisitForm, facts: Facts, sealed: Sealed, rules: Rules) -> Recorded:
    visit_id, due = uuid4(), _due(rules, form, facts.period, await calendar_for(work))
    for place in facts.places:
        if place.bureau == work.scope.bureau:
            await _side(work, place, form, facts, sealed, visit_id, due)
            continue
        async with work.inside(place.bureau) as there:
            others = await _due_there(there, place, facts, form)
            await _side(there, place, form, facts, sealed, uuid4(), others)
    return _recorded(visit_id, sealed, tuple(p.bureau for p in facts.places), due, repeated=False)


async def _due_there(there: Work, place: Place, facts: Facts, form: VisitForm) -> tuple[Deadline, Deadline]:
    """The other bureau's own clocks and closed days count for its own row."""
    rules = await rules_for(there, place.bureau, subject=place.subject, item=facts.item)
    return _due(rules, form, facts.period, await calendar_for(there))


async def _side(
    work: Work,
    place: Place,
    form: VisitForm,
    facts: Facts,
    sealed: Sealed,
    visit_id: UUID,
    due: tuple[Deadline, Deadline],
) -> None:
    days = (due[0].day, due[1].day)
    row = visit_row(sealed, form, facts, place, (visit_id, work.now), days)
    found = finding_rows(sealed, place.bureau, visit_id, form)
    if place.draw_no is not None and place.slot is not None:
        found = await _carried(work, place.draw_no, place.slot, found)
    await visits.keep(work.db, work.scope, row, found)
    if place.draw_no is not None and place.slot is not None:
        await tasks.set_state(work.db, work.scope, place.draw_no, place.slot, "recorded", expected=OPEN)
    await journal.note(
        work.db,
        work.scope,
        actor=work.principal,
        action="visit.record",
        target=f"visit/{place.bureau}/{visit_id}",
        before={"recorded": False},
        after={"draw": place.draw_no, "slot": place.slot, "sha256": sealed.sha256, "result": form.result},
        at=work.now,
    )


async def _carried(work: Work, draw_no: int, slot: int, rows: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """With what this side noted of the record that is replaced."""
    bureau = work.scope.bureau
    former = await visits.last_returned(work.db, work.scope, bureau, draw_no, slot)
    if former is None:
        return rows
    return carried(rows, await visits.findings(work.db, work.scope, bureau, former.id))


async def _again(
    work: Work, draw_no: int, slot: int, sealed: Sealed, rules: Rules, form: VisitForm
) -> Recorded:
    """The answer to a record sent twice, e.g. by a device that lost the first answer."""
    standing = await standing_visit(work, draw_no, slot)
    if standing is None or standing.record_sha256 != sealed.sha256:
        raise AlreadyRecorded(f"{draw_no}/{slot}")
    sides = tuple(str(place["bureau"]) for place in standing.form["places"])
    due = _due(rules, form, str(standing.form["period"]), await calendar_for(work))
    return _recorded(standing.id, sealed, sides, due, repeated=True)


async def standing_visit(work: Work, draw_no: int, slot: int) -> Visit | None:
    """The record of a drawn visit that has not been returned."""
    found = await visits.of_draw(work.db, work.scope, work.scope.bureau, draw_no)
    return next((v for v in found if v.slot == slot and v.state != "returned"), None)


def _due(rules: Rules, form: VisitForm, period: str, calendar: Calendar) -> tuple[Deadline, Deadline]:
    """(upload, publication); the upload may wait for the quarter to end. Basis: obligations 24, 28."""
    ordered = bool(form.orders)
    return result_clocks(
        rules, _day(form.ended_at), period=Period.parse(period), ordered=ordered, calendar=calendar
    )


def _recorded(
    visit_id: UUID,
    sealed: Sealed,
    sides: tuple[str, ...],
    due: tuple[Deadline, Deadline],
    *,
    repeated: bool,
) -> Recorded:
    orders = tuple(dict.fromkeys(one["order_no"] for one in sealed.findings))
    return Recorded(visit_id, sealed.sha256, sides, len(sealed.findings), orders, due[0], due[1], repeated)
