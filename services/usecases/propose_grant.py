"""One person proposes a role that decides a draw, checks others or gives rights; another one approves it.

Basis: our own separation of duties, no text prescribes it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from policies.access_matrix import SENSITIVE
from policies.errors import Missing
from services.notify.telling import tell
from services.ruling.rule_choice_errors import FieldMissing
from services.usecases.grant_role import LASTING, check_order, grant_role
from services.usecases.people_errors import ProposalOpen
from services.work import Work
from tenants import journal
from tenants.role_rows import RoleGrant
from tenants.rows import Membership
from tenants.stores import members, role_grants


@dataclass(frozen=True, slots=True)
class RoleOrder:
    """A role for a person.

    Attributes:
        subject: stable id of the login (`sub`). name: shown. certificate: of an inspector.
        since: first day, default today. until: last day, None = open. why: told to who approves.
    """

    subject: str
    name: str
    role: str
    certificate: str = ""
    since: date | None = None
    until: date | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Given:
    """What an order came to: a period that holds, or a proposal that waits for another person."""

    membership: Membership | None
    proposal: RoleGrant | None


async def give_role(work: Work, order: RoleOrder) -> Given:
    """Grant an ordinary role, or propose one that two people grant. Raises as both."""
    if order.role in SENSITIVE:
        return Given(None, await propose_grant(work, order))
    made = await grant_role(
        work,
        order.subject,
        order.name,
        order.role,
        certificate=order.certificate,
        since=order.since,
        until=order.until,
    )
    return Given(made, None)


async def propose_grant(work: Work, order: RoleOrder) -> RoleGrant:
    """Propose a role of `SENSITIVE`; nothing is granted until another person approves.

    Raises:
        Missing: no such role. FieldMissing: the days; the only head or administrator has no last day.
        ProposalOpen: the same waits already. ExclusiveRoles: the person holds a role that excludes it.
        HeldThatDay: the person holds it on one of the days.
    """
    work.require("people.propose")
    check_order(work, order.role, order.since, order.until)
    if order.role not in SENSITIVE:
        raise Missing(order.role, what="须两人分配的岗位")
    await _refuse_ending(work, order)
    row = RoleGrant(
        bureau=work.scope.bureau,
        id=uuid4(),
        subject=order.subject,
        name=order.name,
        role=order.role,
        certificate=order.certificate,
        since=order.since or work.today,
        until=order.until,
        why=order.why,
        proposed_by=work.principal.subject,
        proposed_at=work.now,
    )
    kept = await role_grants.of_bureau(work.control, work.scope, row.bureau, open_only=True)
    if any((one.subject, one.role) == (row.subject, row.role) for one in kept):
        raise ProposalOpen(row.name)
    wanted = Membership(row.bureau, row.subject, row.role, row.name, row.since, row.until)
    await members.refuse_conflicts(work.control, work.scope, wanted)  # told now, not to who approves
    await members.refuse_overlap(work.control, work.scope, wanted)
    await role_grants.propose(work.control, work.scope, row)
    await note_proposal(work, "people.propose", row, after=told(row))
    await tell(work, "approval.waiting", act="people.approve")
    return row


async def withdraw_grant(work: Work, id: UUID) -> RoleGrant:
    """Take back or decline a proposal. Raises Missing; WrongState: it is settled."""
    work.require("people.withdraw")
    row = await role_grants.get(work.control, work.scope, work.scope.bureau, id)
    await role_grants.withdraw(work.control, work.scope, id, by=work.principal.subject, at=work.now)
    await note_proposal(
        work, "people.withdraw", row, before={"open": True}, after=told(row) | {"open": False}
    )
    return await role_grants.get(work.control, work.scope, row.bureau, id)


async def withdraw_proposed(work: Work, subject: str) -> tuple[RoleGrant, ...]:
    """Take back every role proposed for a person whose login is about to be reset."""
    kept = await role_grants.of_bureau(work.control, work.scope, work.scope.bureau, open_only=True)
    return tuple([await withdraw_grant(work, row.id) for row in kept if row.subject == subject])


async def proposed_grants(work: Work, bureau: str = "") -> tuple[RoleGrant, ...]:
    """Proposals of the bureau acted for, or of one below it, the latest first, settled ones included."""
    whose = bureau or work.scope.bureau
    work.require("people.read", bureau=whose)
    return await role_grants.of_bureau(work.control, work.scope, whose)


def told(row: RoleGrant) -> dict[str, str | bool | None]:
    """A proposal for the journal."""
    until = row.until.isoformat() if row.until else None
    made: dict[str, str | bool | None] = {"proposal": str(row.id), "role": row.role, "name": row.name}
    made |= {"from": row.since.isoformat(), "until": until}
    return made | ({"certificate": row.certificate} if row.certificate else {})


async def _refuse_ending(work: Work, order: RoleOrder) -> None:
    """A head whose days are numbered is no successor: somebody without a last day stands beside."""
    if order.role not in LASTING or order.until is None:
        return
    held = await members.in_bureau(work.control, work.scope, work.scope.bureau, work.today)
    lasting = (m for m in held if m.role == order.role and m.valid_until is None and not m.rests)
    if all(m.subject == order.subject for m in lasting):
        need = "留空；另有一人长期担任同一岗位时才可写明"
        raise FieldMissing(order.until.isoformat(), field="最后一天", need=need)


async def note_proposal(
    work: Work,
    action: str,
    row: RoleGrant,
    *,
    after: Mapping[str, object],
    before: Mapping[str, object] | None = None,
) -> None:
    """Journal what became of a proposal."""
    await journal.note(
        work.db,
        work.scope,
        actor=work.principal,
        action=action,
        target=f"people/{row.subject}",
        before=dict(before) if before is not None else None,
        after=dict(after),
        at=work.now,
    )
