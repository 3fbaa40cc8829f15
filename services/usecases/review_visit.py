"""A second person reads the record and accepts it, or returns it with a note. Basis: obligation 26."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from policies.errors import Missing
from policies.terms import Period
from services.clock import CHINA
from services.geo import to_wgs84
from services.seen import Seen
from services.starting import require_state
from services.visiting.visit_errors import NoteMissing
from services.work import Work
from tenants import journal
from tenants.errors import SameHand, WrongState
from tenants.records import Finding, Visit
from tenants.rows import TaskState
from tenants.stores import draws, sites, tasks, visits


@dataclass(frozen=True, slots=True)
class VisitFile:
    """A record with its findings; `seen`: what of it the reader is shown."""

    visit: Visit
    findings: tuple[Finding, ...]
    seen: Seen

    def as_dict(self) -> dict[str, Any]:
        """JSON form, as far as the reader sees it: for most officers and all answers are included."""
        v = self.visit
        whole = {
            "bureau": v.bureau,
            "visit_id": str(v.id),
            "state": v.state,
            "site": v.form.get("site"),
            "sha256": v.record_sha256,
            "result": v.result_code,
            "upload_due": v.upload_due and v.upload_due.isoformat(),
            "publish_due": v.publish_due and v.publish_due.isoformat(),
            "uploaded_at": v.uploaded_at and v.uploaded_at.isoformat(),
            "record": v.form,
            "findings": [
                {"n": f.n, "item": f.item, "text": f.text, "order_no": f.order_no, "due": str(f.order_due)}
                for f in self.findings
            ],
        }
        return self.seen.members("visit", whole)

    def cut(self) -> "VisitFile":
        """The same rows without what the reader is not shown."""
        kept = self.findings if "record" in self.seen else ()
        return VisitFile(cut_visit(self.visit, self.seen), kept, self.seen)


async def read_visit(work: Work, visit_id: UUID) -> VisitFile:
    """One record of the bureau acted for. Raises Missing."""
    work.require("visit.read")
    return (await read_file(work, visit_id)).cut()


@dataclass(frozen=True, slots=True)
class Around:
    """What stands beside a record.

    Attributes:
        earlier: records of the same drawn visit that were returned before. revisits: later ones to the site
            after rectification. point: (lon, lat) in WGS84 of the site as registered now, None when the
            roster is another bureau's or has none. next: the record to review next, of the same quarter.
        waiting: how many wait for review in the quarter, without this one.
    """

    earlier: tuple[Visit, ...] = ()
    revisits: tuple[Visit, ...] = ()
    point: tuple[float, float] | None = None
    next: UUID | None = None
    waiting: int = 0


async def around_visit(work: Work, visit_id: UUID) -> Around:
    """What a reviewer wants beside the record. Raises Missing."""
    work.require("visit.read")
    bureau = work.scope.bureau
    visit = await visits.get(work.db, work.scope, bureau, visit_id)
    if "record" not in work.seen("visit.read"):
        return Around()
    of_site = await visits.of_site(work.db, work.scope, bureau, visit.site_code)
    later = [one for one in of_site if one.started_at > visit.started_at]
    drawn = (visit.draw_no, visit.slot)
    earlier = [one for one in of_site if (one.draw_no, one.slot) == drawn and one.id != visit.id]
    began = visit.started_at.astimezone(CHINA)
    period = Period(began.year, (began.month + 2) // 3)
    every = await visits.of_period(work.db, work.scope, bureau, period)
    me = work.principal.subject
    rest = [v for v in every if v.state == "recorded" and v.id != visit.id and v.recorded_by != me]
    rest.sort(key=lambda one: (one.publish_due or date.max, one.started_at, str(one.id)))
    return Around(
        tuple(one for one in earlier if drawn != (None, None) and one.state == "returned"),
        tuple(one for one in later if one.visit_type == "revisit" and one.state != "returned"),
        await _point(work, visit),
        rest[0].id if rest else None,
        len(rest),
    )


async def _point(work: Work, visit: Visit) -> tuple[float, float] | None:
    if visit.subject != work.scope.bureau:
        return None
    try:
        site = await sites.one(work.db, work.scope, visit.subject, visit.site_code)
    except Missing:
        return None
    return to_wgs84(site.lon, site.lat, site.datum)


async def list_visits(work: Work, period: str, state: str | None = None) -> tuple[Visit, ...]:
    """Records of visits that began in a quarter, in time order; of one state if given."""
    work.require("visit.read")
    found = await visits.of_period(work.db, work.scope, work.scope.bureau, period)
    seen = work.seen("visit.read")
    return tuple(cut_visit(v, seen) for v in found if state in (None, v.state))


def cut_visit(visit: Visit, seen: Seen) -> Visit:
    """A record's row as far as it is shown; of the sealed record at least the site, where names are seen."""
    site = {"site": visit.form["site"]} if "names" in seen and "site" in visit.form else {}
    return seen.of("visit_row", visit, form=site)


async def review_visit(work: Work, visit_id: UUID, *, accept: bool, note: str = "") -> VisitFile:
    """Accept a record, or return it: then the team records the visit anew and the returned one stays.

    Each side of a joint visit accepts its own row; returned, the one record is returned on both sides.
    A visit of a void draw is not recorded anew: returned, it is cancelled.

    Raises:
        SameHand: the reviewer recorded it. WrongState: reviewed already, the other side has accepted it, or
            returned after the draw was opened.
        NoteMissing: returned without why.
    """
    work.require("visit.review")
    file = await read_file(work, visit_id)
    visit = file.visit
    if visit.recorded_by == work.principal.subject:
        raise SameHand(work.principal.name)
    require_state("visit.review", visit.state)
    if not accept and not note.strip():
        raise NoteMissing()
    await _settle(work, visit, accept, note)
    if not accept:
        await _return_there(work, visit, note)
    return await read_file(work, visit_id)


async def _settle(work: Work, visit: Visit, accept: bool, note: str) -> None:
    """The row of the bureau acted for."""
    state, who = "accepted" if accept else "returned", work.principal.subject
    due = {"upload_due": visit.upload_due, "publish_due": visit.publish_due}
    await visits.review(work.db, work.scope, visit.id, state, who, work.now, **due, note=note.strip())
    if visit.draw_no is not None and visit.slot is not None:
        step: TaskState = "reviewed" if accept else await _back(work, visit.draw_no)
        await tasks.set_state(work.db, work.scope, visit.draw_no, visit.slot, step, expected=("recorded",))
    await journal.note(
        work.db,
        work.scope,
        actor=work.principal,
        action="visit.review",
        target=f"visit/{visit.bureau}/{visit.id}",
        why=note,
        before={"state": visit.state},
        after={"state": state},
        at=work.now,
    )


async def _back(work: Work, draw_no: int) -> TaskState:
    """Where a returned visit goes: back to its team while the draw stands. Raises WrongState once opened."""
    draw = await draws.get(work.db, work.scope, work.scope.bureau, draw_no)
    if draw.state not in ("drawn", "void"):
        raise WrongState(draw.state, wanted="drawn")
    return "dispatched" if draw.state == "drawn" else "cancelled"


async def _return_there(work: Work, visit: Visit, note: str) -> None:
    """The other side's row of the same record: it is recorded anew on both sides or on none."""
    for place in visit.form["places"]:
        if place["bureau"] == visit.bureau:
            continue
        async with work.inside(place["bureau"]) as there:
            for other in await visits.of_draw(there.db, there.scope, place["bureau"], place["draw_no"]):
                if other.record_sha256 == visit.record_sha256 and other.state != "returned":
                    await _settle(there, other, False, note)


async def read_file(work: Work, visit_id: UUID) -> VisitFile:
    """A record whole, for acts that asked the matrix. Raises Missing."""
    visit = await visits.get(work.db, work.scope, work.scope.bureau, visit_id)
    found = await visits.findings(work.db, work.scope, visit.bureau, visit_id)
    return VisitFile(visit, found, work.seen("visit.read"))
