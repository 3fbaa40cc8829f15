"""An administrator asks to look at a bureau's data; nothing is shown before the bureau's head approved it."""

from uuid import uuid4

from policies.access_glass import ASKERS, Glass, GlassStands, check_order
from policies.errors import Missing
from services.notify.telling import tell
from services.work import Work
from tenants import journal
from tenants.stores import bureaus, glass


async def ask_glass(work: Work, bureau: str, reason: str, purpose: str, minutes: int) -> Glass:
    """Ask to look at the own bureau's data or that of one below it.

    Args:
        bureau: whose data. reason: why. purpose: what will be looked at. minutes: 1 to 60 from the approval.

    Raises:
        BadGlass: words or time do not fit. Missing: no such bureau at or below the own one.
        GlassStands: an earlier request waits, or runs.
    """
    work.require("glass.ask")
    reason, purpose = reason.strip(), purpose.strip()
    check_order(reason, purpose, minutes)
    await _below(work, bureau)
    mine = await glass.of_subject(work.control, work.principal.subject)
    if any(one.bureau == bureau and one.state(work.now) in ("asked", "open") for one in mine):
        raise GlassStands(bureau)
    made = Glass(
        bureau=bureau,
        id=uuid4(),
        asker=work.principal.subject,
        asker_name=work.principal.name,
        asker_bureau=work.scope.bureau,
        asker_role=min(work.principal.roles & ASKERS),
        reason=reason,
        purpose=purpose,
        minutes=minutes,
        asked_at=work.now,
    )
    if bureau != work.scope.bureau:
        await _note(work, made)  # superiors first: journals are held in one order
    async with work.inside(bureau) as there:
        await glass.ask(there.control, there.scope, made)
        await _note(there, made)
        await tell(there, "approval.waiting", act="glass.approve")
    return made


async def places(work: Work) -> dict[str, str]:
    """Code → name of the bureaus the person may ask for: the own one and those below it."""
    work.require("glass.ask")
    return {one.code: one.name for one in await bureaus.all_(work.control) if work.scope.bureau in one.path}


async def _below(work: Work, bureau: str) -> None:
    if bureau not in await places(work):
        raise Missing(bureau, what="单位")


async def _note(work: Work, made: Glass) -> None:
    """In the journal of the bureau acted for; who is looked at sees who asked, and for which bureau."""
    await journal.note(
        work.db,
        work.scope,
        actor=work.principal,
        action="glass.ask",
        target=f"glass/{made.bureau}/{made.id}",
        why=made.reason,
        after={"purpose": made.purpose, "minutes": made.minutes, "asker_bureau": made.asker_bureau},
        at=work.now,
    )
