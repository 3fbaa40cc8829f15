"""Who holds which role in which bureau. Our table decides, never a claim of the identity provider."""

from datetime import date
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from policies.access import conflicts
from policies.access_matrix import ROLES
from tenants.errors import ExclusiveRoles
from tenants.faults import neutral_errors
from tenants.rows import Membership
from tenants.scope import Scope, own, require_own, within
from tenants.tables import membership as t


async def of_subject(db: AsyncConnection, subject: str, on: date) -> tuple[Membership, ...]:
    """Memberships of one login that hold on a day, in all bureaus.

    The connection's scope must carry the same subject (Scope.login); others' memberships stay hidden.
    """
    query = select(t).where(t.c.subject == subject, *_holds(on)).order_by(t.c.bureau, t.c.role)
    return await _many(db, query)


async def grant(db: AsyncConnection, scope: Scope, membership: Membership) -> None:
    """Give a role in the own bureau, or change its dates; the row itself stays for ever.

    Raises:
        ExclusiveRoles: on some day the person would hold two roles that check each other. The database
            refuses the same by itself, also when two grants meet.
    """
    require_own(scope, membership.bureau)
    await _refuse_conflicts(db, scope, membership)
    values = {
        "name": membership.name,
        "certificate": membership.certificate,
        "valid_from": membership.valid_from,
        "valid_until": membership.valid_until,
    }
    statement = insert(t).values(
        bureau=membership.bureau, subject=membership.subject, role=membership.role, **values
    )
    keys = [t.c.bureau, t.c.subject, t.c.role]
    with neutral_errors():
        await db.execute(
            statement.on_conflict_do_update(index_elements=keys, set_=values, where=own(scope, t.c.bureau))
        )


async def in_bureau(
    db: AsyncConnection, scope: Scope, bureau: str, on: date | None = None
) -> tuple[Membership, ...]:
    """Memberships of a visible bureau; of one day, or of all times."""
    holds = () if on is None else _holds(on)
    query = select(t).where(within(scope, t.c.bureau), t.c.bureau == bureau, *holds)
    return await _many(db, query.order_by(t.c.subject, t.c.role))


async def _refuse_conflicts(db: AsyncConnection, scope: Scope, new: Membership) -> None:
    held = await _many(db, select(t).where(own(scope, t.c.bureau), t.c.subject == new.subject))
    roles = (one.role for one in held if one.role != new.role and _overlap(one, new))
    found = {role for other in roles for pair in conflicts({new.role, other}) for role in pair}
    if found:
        labels = "、".join(ROLES[role][0] for role in ROLES if role in found)
        raise ExclusiveRoles(labels, roles=sorted(found))


def _overlap(one: Membership, other: Membership) -> bool:
    first = max(one.valid_from, other.valid_from)
    return first <= min(one.valid_until or date.max, other.valid_until or date.max)


def _holds(on: date) -> tuple[Any, ...]:
    return t.c.valid_from <= on, or_(t.c.valid_until.is_(None), t.c.valid_until >= on)


async def _many(db: AsyncConnection, query: Select[Any]) -> tuple[Membership, ...]:
    return tuple(Membership(**row._mapping) for row in await db.execute(query))
