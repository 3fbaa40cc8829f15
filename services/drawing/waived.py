"""Who acts in a draw under a waiver of the superior: the draw says so, in public, in the same transaction."""

from policies.waivers import EDITS
from services.clock import CHINA
from services.work import Work
from tenants.rows import Draw
from tenants.stores import waiver_uses, waivers
from tenants.waiver_rows import Act, HeldWaiver, WaiverUse


async def in_force(work: Work, draw: Draw) -> tuple[HeldWaiver, ...]:
    """Waivers of the drawing bureau for the person acting, in force today; public ones alone count.

    The copy where the bureau lives is not believed alone: one restored from an older backup still shows a
    waiver that was withdrawn since. The control database has the last word on what is granted.
    """
    if draw.bureau != work.scope.bureau:
        return ()
    copies = await waiver_uses.standing(work.db, work.scope, work.principal.subject)
    held = [one for one in copies if one.public_at and one.since <= work.today <= one.until]
    if not held:
        return ()
    granted = await waivers.granted_to(work.control, work.scope, work.principal.subject)
    return tuple(one for one in held if one.id in {true.id for true in granted})


async def note_waivers(work: Work, draw: Draw, act: Act, *, edited: bool) -> tuple[str, ...]:
    """Keep which waivers the person acting relies on for this step, before the step itself is kept.

    Args:
        work: of the person acting, in the transaction of the step.
        draw: as it is before the step.
        edited: the person changed the rosters drawn from, see `refuse_editors`.

    Returns:
        The pairs of duties relied on.
    """
    used: dict[str, HeldWaiver] = {}
    for one in await in_force(work, draw):
        used |= {pair: one for pair in one.pairs if pair not in used and _relied_on(work, pair, edited)}
    at = work.now
    for pair, one in used.items():
        row = WaiverUse(draw.bureau, draw.draw_no, act, pair, one.id, one.subject, at, at)
        await waiver_uses.use(work.db, work.scope, row)
    return tuple(used)


def _relied_on(work: Work, pair: str, edited: bool) -> bool:
    """Both roles of a pair are held in the drawing bureau; of editors, that they edited."""
    if pair == EDITS:
        return edited
    return work.principal.bureau == work.scope.bureau and set(pair.split("+")) <= work.principal.roles


async def used_in(work: Work, draw: Draw) -> list[dict[str, str]]:
    """What of a draw was done under waivers, for its minutes and notices: no names."""
    uses = await waiver_uses.of_draw(work.db, work.scope, draw.bureau, draw.draw_no)
    if not uses:
        return []
    held = {one.id: one for one in await waiver_uses.held_by(work.db, work.scope, draw.bureau)}
    return [
        {
            "act": one.act,
            "pair": one.pair,
            "on": one.at.astimezone(CHINA).date().isoformat(),
            "above": held[one.waiver].above,
            "since": held[one.waiver].since.isoformat(),
            "until": held[one.waiver].until.isoformat(),
        }
        for one in uses
    ]
