"""The head of a bureau approves that somebody looks at its data, for the minutes that were asked for."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from policies.access_glass import Glass, GlassSaidOtherwise
from services.work import Work
from tenants import journal
from tenants.errors import SameHand, WrongState
from tenants.stores import glass


async def approve_glass(work: Work, id: UUID, said: str) -> Glass:
    """Approve a request; the time runs from now.

    Args:
        said: the request in one line, `Glass.said`, as the approver read it: the second factor was given
            for these words.

    Raises:
        Missing: no such request about this bureau. SameHand: the approver asked. WrongState: it is not
            waiting any more. GlassSaidOtherwise: the words are not the request's.
    """
    work.require("glass.approve")
    found = await request_of(work, id)
    if found.asker == work.principal.subject:  # the database refuses it as well
        raise SameHand(found.asker)
    if found.state(work.now) != "asked":
        raise WrongState(found.state(work.now), wanted="asked")
    if said != found.said:
        raise GlassSaidOtherwise(said[:300], said=found.said)
    who = {"by": work.principal.subject, "name": work.principal.name}
    await glass.approve(work.control, work.scope, id, **who, at=work.now)
    made = replace(
        found,
        approved_by=work.principal.subject,
        approved_name=work.principal.name,
        approved_at=work.now,
        ends_at=work.now + timedelta(minutes=found.minutes),
    )
    await journal.note(
        work.db,
        work.scope,
        actor=work.principal,
        action="glass.approve",
        target=f"glass/{found.bureau}/{id}",
        why=found.reason,
        before={"state": "asked"},
        after={"asker": found.asker, "asker_name": found.asker_name, "ends_at": _moment(made)},
        at=work.now,
    )
    return made


async def request_of(work: Work, id: UUID) -> Glass:
    """A request about the bureau acted for. Raises Missing."""
    return await glass.get(work.control, work.scope, work.scope.bureau, id)


def _moment(made: Glass) -> str | None:
    return made.ends_at.isoformat() if made.ends_at else None
