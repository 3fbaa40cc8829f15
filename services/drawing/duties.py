"""Duties of one draw in different hands. Basis: our own separation of duties, no text prescribes it."""

from policies.waivers import EDITS
from services.clock import CHINA
from services.drawing.duty_errors import DrewIt, EditedRoster
from services.drawing.waived import in_force
from services.work import Work
from tenants.rows import Draw
from tenants.stores import commits, edits


async def refuse_editors(work: Work, draw: Draw) -> bool:
    """Who freezes or runs a draw changed no site or officer drawn from since the last freeze.

    Counted are the sites' bureau and the drawing bureau, from the moment the same roster was last frozen by
    this bureau for an earlier draw that is not void; before the first one, every change ever made counts.

    Args:
        work: of the person acting, after the check of the matrix.
        draw: the draw at hand, of the bureau acted for.

    Returns:
        True when the person did change some and acts under a waiver in force today; the step then has to say
        so, see `services.drawing.waived.note_waivers`.

    Raises:
        EditedRoster: with the numbers of changed rows, never which.
    """
    since = await edits.last_freeze(work.db, work.scope, draw)
    sites = officers = 0
    for bureau in dict.fromkeys((draw.subject, draw.bureau)):
        async with work.inside(bureau) as there:  # a witness from above does not see the lists' changes
            found = await edits.by_person(there.db, there.scope, bureau, work.principal.subject, since)
        sites, officers = sites + found[0], officers + found[1]
    if not sites and not officers:
        return False
    if not any(EDITS in one.pairs for one in await in_force(work, draw)):
        told = since.astimezone(CHINA).isoformat(timespec="seconds") if since else "—"
        raise EditedRoster(work.principal.name, since=told, sites=sites, officers=officers)
    return True


async def refuse_drawers(work: Work, draw: Draw) -> None:
    """Who dispatches or merges had no hand in a draw of the bureau acted for, see `hands_of`.

    Raises:
        DrewIt: one of them was this person.
    """
    if "system" in work.principal.roles:  # a job joins what was drawn by rule; it chooses nothing
        return
    if work.principal.subject in await hands_of(work, draw):
        raise DrewIt(work.principal.name, bureau=draw.bureau, draw_no=draw.draw_no)


async def hands_of(work: Work, draw: Draw) -> frozenset[str]:
    """Everyone with a hand in a draw of the bureau acted for, as subjects.

    That is who prepared, amended, took over, froze or ran it, entered its beacon, or handed in the bureau's
    commitment: each of them could have had a say in what comes out.
    """
    kept = await commits.of_draw(work.db, work.scope, draw.bureau, draw.draw_no)
    steps = (draw.created_by, draw.frozen_by, draw.beacon_by, draw.drawn_by, *draw.amended_by)
    committed = {one.by for one in kept if one.role == "bureau"}
    return frozenset(one for one in steps if one) | committed
