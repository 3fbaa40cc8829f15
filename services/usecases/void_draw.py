"""A draw that does not count: one person proposes, another approves. Basis: rd1 §10.

Its number stays used and it is opened at once, upon approval; before that nothing of it is public. One that
avoided a draw still sealed waits for that draw: opened now, it would tell the other one's list (§11).
"""

from policies.access import states_of
from policies.rd1.logs import open_entry, void_entry
from services.drawing.avoidance import still_sealed
from services.drawing.draw_errors import ReasonMissing
from services.hooks.telling import tell_hooks
from services.notify.telling import tell
from services.ruling.approvers import require_approver
from services.starting import require_state
from services.usecases.ceremony import enter_log, held_draw, note, utc
from services.visiting.public_words import public_words
from services.work import Work
from tenants.rows import Draw, VoidProposal
from tenants.stores import draws, tasks, voids


async def propose_void(work: Work, draw_no: int, reason: str) -> VoidProposal:
    """Propose to void a frozen or drawn draw; a later proposal takes the place of an earlier one.

    Args:
        reason: is published upon approval, so it names nobody.

    Raises:
        ReasonMissing: no reason. NotForPublic: it names somebody. UnfrozenDraw: amend the draw instead.
        WrongState: opened or void already.
    """
    work.require("draw.void")
    if not reason.strip():
        raise ReasonMissing(reason)
    draw = await draws.locked(work.db, work.scope, draw_no)
    if draw.state != "prepared":  # of that one the store says more: it is amended, not voided
        require_state("draw.void", draw.state)
    said = await public_words(work, reason)
    made = await voids.propose(work.db, work.scope, draw_no, said, work.now)
    await note(work, "draw.void", draw_no, {"proposal": made.n}, why=made.reason)
    await tell(work, "approval.waiting", act="draw.void_approve")
    return made


async def void_proposal(work: Work, draw_no: int, bureau: str = "") -> VoidProposal | None:
    """The proposal that counts, with who made it and who approved it, for people who see the draw."""
    whose = bureau or work.scope.bureau
    work.require("draw.read", bureau=whose)
    return await voids.latest(await work.at(whose), work.scope, whose, draw_no)


async def approve_void(work: Work, draw_no: int, proposal: int) -> int | None:
    """Void the draw as proposed; `publish_bundle` then writes what there is of it.

    Args:
        proposal: number of the proposal as read; another one made meanwhile is not approved unread.

    Returns:
        Index of the `void` entry in the public log; None for a draw of the platform, which has none there.

    Raises:
        SameHand: who proposed may not approve. Missing: nothing was proposed.
        WrongState: another proposal counts now, or the draw is opened or void already.
    """
    work.require("draw.void_approve")
    await require_approver(work)
    draw = await held_draw(work, draw_no, *states_of("draw.void_approve"))
    kept = await voids.approve(work.db, work.scope, draw_no, proposal, work.now)
    await draws.void(work.db, work.scope, draw_no, kept.reason, work.principal.subject, work.now)
    await tell_hooks(work, "draw.voided", draw_no=draw_no)
    called_off = await tasks.cancel_open(work.db, work.scope, draw_no)  # no one goes on a void draw's visits
    index = await _published(work, draw, kept.reason)
    facts = {"proposal": kept.n, "proposed_by": kept.by, "log": index, "called_off": called_off}
    await note(work, "draw.void_approve", draw_no, facts, why=kept.reason, before=draw)
    return index


async def _published(work: Work, draw: Draw, reason: str) -> int | None:
    if draw.authority == "platform":
        await draws.opened(work.db, work.scope, draw.draw_no, work.now)
        return None
    m = bytes.fromhex(draw.m or "")
    logged = await enter_log(work, void_entry(draw.bureau, m, reason, utc(work.now)))
    if await still_sealed(work, draw) is not None:  # its lists would tell another draw's; see `open_draw`
        return logged.index
    await enter_log(work, open_entry(draw.bureau, m, utc(work.now)))
    await draws.opened(work.db, work.scope, draw.draw_no, work.now)
    return logged.index
