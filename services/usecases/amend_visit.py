"""An accepted record that proves wrong goes back to its team: what is handed in then is a new version of it.

The old record stays as it was sealed, with the reason; the new one names the old one's hash and the reason,
so the chain of versions can be followed from the newest back. Basis: obligation 26.
"""

from uuid import UUID

from services.starting import require_state
from services.usecases.publish_notice import latest
from services.usecases.review_visit import VisitFile, read_file
from services.visiting.visit_errors import AmendsPublished, NoteMissing
from services.work import Work
from tenants import journal
from tenants.errors import SameHand, WrongState
from tenants.records import Visit
from tenants.rows import TaskState
from tenants.stores import draws, notices, tasks, visits

_DONE: tuple[TaskState, ...] = ("recorded", "reviewed", "published")


async def amend_visit(work: Work, visit_id: UUID, why: str) -> VisitFile:
    """Take an accepted record of a drawn visit back, so that its team hands in a new version.

    Both sides of a joint visit take back their row of it, or none. Corrections and cases noted meanwhile are
    carried over to the problems of the same item when the new version is kept.

    Args:
        why: what is wrong; the team reads it, and it stands in the new version.

    Raises:
        Missing. NoteMissing: no reason. SameHand: the person recorded it.
        WrongState: it is not accepted, no draw chose the visit, or the draw is void.
        AmendsPublished: its result is public on either side.
    """
    work.require("visit.amend")
    if not why.strip():
        raise NoteMissing()
    visit = await visits.get(work.db, work.scope, work.scope.bureau, visit_id)
    if visit.recorded_by == work.principal.subject:
        raise SameHand(work.principal.name)
    require_state("visit.amend", visit.state)
    await _take_back(work, visit, why.strip())
    for place in visit.form["places"]:
        if place["bureau"] == visit.bureau:
            continue
        async with work.inside(place["bureau"]) as there:
            for other in await visits.of_draw(there.db, there.scope, place["bureau"], place["draw_no"]):
                if other.record_sha256 == visit.record_sha256 and other.state != "returned":
                    await _take_back(there, other, why.strip())
    return await read_file(work, visit_id)


async def _take_back(work: Work, visit: Visit, why: str) -> None:
    """One side's row of the record."""
    if visit.draw_no is None or visit.slot is None:
        raise WrongState("—", wanted="draw")
    draw = await draws.get(work.db, work.scope, visit.bureau, visit.draw_no)
    if draw.state not in ("drawn", "opened"):
        raise WrongState(draw.state, wanted="drawn/opened")
    kept = await notices.listing(work.db, work.scope, visit.bureau, kind="result", limit=10_000)
    if latest(visit.id, {one.id: one for one in kept}) is not None:
        raise AmendsPublished(visit.bureau)
    who = work.principal.subject
    await visits.reopen(work.db, work.scope, visit.id, by=who, at=work.now, note=why)
    await tasks.set_state(work.db, work.scope, visit.draw_no, visit.slot, "dispatched", expected=_DONE)
    await journal.note(
        work.db,
        work.scope,
        actor=work.principal,
        action="visit.amend",
        target=f"visit/{visit.bureau}/{visit.id}",
        why=why,
        before={"state": visit.state, "reviewed_by": visit.reviewed_by, "sha256": visit.record_sha256},
        after={"state": "returned"},
        at=work.now,
    )
