"""A waiver ends early: withdrawn by the superior, or given up by the bureau; the roles on it end with it."""

from uuid import UUID

from policies.errors import Missing
from policies.waivers import Days, Held, ending
from services.hooks.telling import tell_hooks
from services.starting import require_state
from services.usecases.ask_waiver import hand_of, public_line, tell
from services.work import Work
from tenants import journal
from tenants.rows import Membership
from tenants.stores import members, notices, waiver_uses, waivers
from tenants.waiver_rows import Waiver


async def withdraw_waiver(work: Work, id: UUID, why: str) -> Waiver:
    """Withdraw a granted waiver, in public; the person's excess roles are gone with the next request.

    Args:
        work: of the bureau it was granted to, or of its superior.
        why: is published, so it names nobody.

    Raises:
        Missing: neither one's own nor one's to decide. WrongState: not in force. BadWaiver: no reason.
    """
    work.require("waiver.withdraw")
    found = await _find(work, id)
    require_state("waiver.withdraw", found.state)
    async with work.inside(found.bureau) as there:
        said = await public_line(there, why, "撤销理由（将公开，不写姓名和电话）", found.name)
        await _end_roles(there, found)
        await waivers.withdraw(there.control, there.scope, id, hand_of(work), said, work.today)
        made = await waivers.get(there.control, there.scope, found.bureau, id)
        await waiver_uses.ended(there.db, there.scope, id, said, made.ended_at or work.now)
        await _withdraw_notice(there, id, said)
        await tell(there, "waiver.withdraw", made, found, said)
    if work.scope.bureau != found.bureau:
        await tell(work, "waiver.withdraw", made, found, said)
    return made


async def _find(work: Work, id: UUID) -> Waiver:
    try:
        return await waivers.get(work.control, work.scope, work.scope.bureau, id)
    except Missing:
        return await waivers.put_to(work.control, work.scope, id)


async def _end_roles(there: Work, found: Waiver) -> None:
    """End what could not be held without this waiver; the database refuses the withdrawal otherwise."""
    rows = await members.in_bureau(there.control, there.scope, found.bureau)
    mine = [one for one in rows if one.subject == found.subject]
    held = {Held(m.role, m.valid_from, m.valid_until, m.ended_at is not None): m for m in mine}
    others = [
        w for w in await waivers.granted_to(there.control, there.scope, found.subject) if w.id != found.id
    ]
    roles = {m.role for m in mine}
    pairs = {
        pair: [Days(w.since, w.until) for w in others if pair in w.pairs]
        for pair in found.pairs
        if roles.issuperset(pair.split("+"))
    }
    for one in ending(pairs, list(held), there.today):
        await _end(there, held[one])


async def _end(there: Work, one: Membership) -> None:
    await members.end(
        there.control, there.scope, one, on=there.today, by=there.principal.subject, at=there.now
    )
    until = one.valid_until.isoformat() if one.valid_until else None
    await journal.note(
        there.db,
        there.scope,
        actor=there.principal,
        action="people.end",
        target=f"people/{one.subject}",
        why="职责豁免撤销",
        before={"role": one.role, "from": one.valid_from.isoformat(), "until": until},
        after={"role": one.role, "from": one.valid_from.isoformat(), "until": there.today.isoformat()},
        at=there.now,
    )


async def _withdraw_notice(there: Work, id: UUID, why: str) -> None:
    """The waiver's own notice; one that somebody withdrew before stays as it is."""
    notice = await notices.find(there.db, there.scope, there.scope.bureau, id)
    if notice is not None and notice.withdrawn_at is None:
        await notices.withdraw(there.db, there.scope, id, why, there.now)
        await tell_hooks(there, "notice.withdrawn", notice=str(id), kind=notice.kind)
