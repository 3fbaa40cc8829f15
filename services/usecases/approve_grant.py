"""Another person approves a proposed role; from then on it holds. Basis: our own separation of duties."""

from uuid import UUID

from policies.access import states_of
from policies.access_matrix import ROLES
from services.usecases.people_errors import GrantDiffers
from services.usecases.propose_grant import note_proposal, told
from services.work import Work
from tenants.errors import SameHand, WrongState
from tenants.role_rows import RoleGrant
from tenants.rows import Membership
from tenants.stores import role_grants


async def approve_grant(work: Work, id: UUID, subject: str, role: str) -> Membership:
    """Approve a role as proposed: it begins on the day proposed, today at the earliest.

    Args:
        work: of a head or security administrator with a fresh second factor, who neither proposed it nor is
            the person.
        subject, role: as read; the second factor names them, and they must be the proposal's.

    Raises:
        Missing: no such proposal. GrantDiffers: it is another person's or role's.
        SameHand: by who proposed it, or for oneself. WrongState: settled already, or its last day is over.
        ExclusiveRoles, HeldThatDay: the person holds what excludes it, or the same role, on some day.
    """
    work.require("people.approve")
    row = await role_grants.get(work.control, work.scope, work.scope.bureau, id)
    if (row.subject, row.role) != (subject, role):
        raise GrantDiffers(f"{subject} {role}", wanted=f"{row.name}（{row.subject}）{ROLES[row.role][0]}")
    if work.principal.subject in (row.proposed_by, row.subject):
        raise SameHand(work.principal.name)
    if _state(work, row) not in states_of("people.approve"):
        raise WrongState(_state(work, row), wanted="proposed")
    by, at = work.principal.subject, work.now
    made = await role_grants.approve(work.control, work.scope, row, by=by, on=work.today, at=at)
    after = told(row) | {"from": made.valid_from.isoformat(), "proposed_by": row.proposed_by}
    await note_proposal(work, "people.approve", row, before={"approved": False}, after=after)
    return made


def _state(work: Work, row: RoleGrant) -> str:
    if row.approved_by is not None:
        return "approved"
    over = row.until is not None and row.until < work.today
    return "withdrawn" if row.withdrawn_by is not None or over else "proposed"
