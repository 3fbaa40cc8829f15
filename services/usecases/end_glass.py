"""Break-glass access ends early, by who looks or by the bureau; what waits is declined or withdrawn."""

from dataclasses import replace
from uuid import UUID

from policies.access_glass import ASKERS, Glass
from policies.access_matrix import ROLES
from policies.errors import Forbidden
from services.usecases.approve_glass import request_of
from services.work import Work
from tenants import journal
from tenants.errors import WrongState
from tenants.stores import glass

OVER = ("over", "lapsed")
ENDERS = frozenset({"bureau_head", "bureau_admin", "security_admin"})  # of the bureau that is looked at


async def end_glass(work: Work, id: UUID) -> Glass:
    """End a request about the own bureau, or the person's own about any: the next read is refused.

    Raises:
        Missing: neither of the two. Forbidden: another administrator's request about the own bureau, by one
            who only asks. WrongState: it is over already.
    """
    work.require("glass.end")
    found = await _found(work, id)
    state = found.state(work.now)
    if state in OVER:
        raise WrongState(state, wanted="asked/open")
    async with work.inside(found.bureau) as there:
        by, name = work.principal.subject, work.principal.name
        await glass.end(there.control, there.scope, id, by=by, name=name, at=work.now)
        await journal.note(
            there.db,
            there.scope,
            actor=work.principal,
            action="glass.end",
            target=f"glass/{found.bureau}/{id}",
            why=found.reason,
            before={"state": state},
            after={"state": "over", "asker": found.asker},
            at=work.now,
        )
    return replace(found, ended_by=by, ended_name=name, ended_at=work.now)


async def _found(work: Work, id: UUID) -> Glass:
    mine = await glass.of_subject(work.control, work.principal.subject)
    found = next((one for one in mine if one.id == id), None) or await request_of(work, id)
    if found.asker != work.principal.subject and work.principal.roles.isdisjoint(ENDERS):
        held = "、".join(ROLES[role][0] for role in sorted(work.principal.roles & ASKERS))
        raise Forbidden(held, action={"zh": "结束应急查看", "en": "end break-glass access"})
    return found
