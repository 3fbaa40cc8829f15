"""Roles of the demonstration's people, given the way any bureau gives them: by two where it takes two."""

from datetime import UTC, datetime, time
from uuid import NAMESPACE_URL, uuid5

from sqlalchemy.ext.asyncio import AsyncConnection

from policies.access_matrix import SENSITIVE
from services.clock import CHINA
from tenants.role_rows import RoleGrant
from tenants.rows import Membership
from tenants.scope import Scope
from tenants.stores import members, role_grants


async def give(
    control: AsyncConnection,
    scope: Scope,
    row: Membership,
    *,
    by: str = "seed-admin",
    other: str = "seed-head",
) -> None:
    """Append a period; a role that two people grant is proposed by one and approved by the other first.

    Args:
        row: what is held already stays as it is.
        by: who proposes. other: who approves, on the morning of the first day.
    """
    every = await members.in_bureau(control, scope, row.bureau)
    if any((m.subject, m.role, m.valid_from) == (row.subject, row.role, row.valid_from) for m in every):
        return
    if row.role not in SENSITIVE or row.origin == "founding":
        await members.grant(control, scope, row)
        return
    at = datetime.combine(row.valid_from, time(8), CHINA).astimezone(UTC)
    asked = RoleGrant(
        bureau=row.bureau,
        id=uuid5(NAMESPACE_URL, f"shuangsui/{row.bureau}/{row.subject}/{row.role}/{row.valid_from}"),
        subject=row.subject,
        name=row.name,
        role=row.role,
        certificate=row.certificate,
        since=row.valid_from,
        until=row.valid_until,
        why="",
        proposed_by=by,
        proposed_at=at,
    )
    await role_grants.propose(control, scope, asked)
    await role_grants.approve(control, scope, asked, by=other, on=row.valid_from, at=at)
