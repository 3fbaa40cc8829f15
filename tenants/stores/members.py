"""Who holds which role in which bureau. Our table decides, never a claim of the identity provider.

Rows are periods: granting anew appends one, an end shortens it, nothing is removed or lengthened.
"""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import ScalarSelect, Select, and_, case, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from policies.access import conflicts
from policies.access_matrix import ROLES
from tenants.errors import ExclusiveRoles, HeldThatDay
from tenants.faults import neutral_errors
from tenants.ready import Ready, given
from tenants.rows import Membership
from tenants.scope import Scope, own, require_own, within
from tenants.stores.common import change
from tenants.tables import membership as t
from tenants.waived import unwaived


async def of_subject(db: AsyncConnection, subject: str, on: date) -> tuple[Membership, ...]:
    """Memberships of one login that hold on a day and do not rest, in all bureaus.

    The connection's scope must carry the same subject (Scope.login); others' memberships stay hidden.
    """
    rows = await _OF_SUBJECT.rows(db, Scope.login(subject), subject=subject, on=on)
    return tuple(_period(row) for row in rows)


async def standing(db: AsyncConnection, subject: str, on: date) -> tuple[Membership, ...]:
    """Periods of one login of a day and later in all bureaus, resting ones and those to come included.

    The connection's scope must carry the same subject (Scope.login); others' memberships stay hidden.
    """
    ends = or_(t.c.valid_until.is_(None), t.c.valid_until >= on)
    query = select(t).where(t.c.subject == subject, t.c.ended_at.is_(None), ends)
    return await _many(db, query.order_by(t.c.bureau, t.c.role, t.c.valid_from))


async def grant(db: AsyncConnection, scope: Scope, membership: Membership) -> None:
    """Append a period of a role in the own bureau.

    A role of `policies.access_matrix.SENSITIVE` names the proposal that two people agreed on, see
    `role_grants`, or is one of a bureau's first two; the database refuses any other.

    Raises:
        ExclusiveRoles: on some day the person would hold two roles that check each other; a day on which one
            was ended counts. The database refuses the same by itself, also when two grants meet.
        HeldThatDay: the person holds, or held, the same role on one of the days.
        GrantedByOne: two people have not agreed on it.
    """
    require_own(scope, membership.bureau)
    await refuse_conflicts(db, scope, membership)
    values = {f.name: getattr(membership, f.name) for f in fields(membership)}
    values |= {"attempt": _called_off(scope, membership)}
    with neutral_errors():
        await db.execute(insert(t).values(**values))


async def shorten(db: AsyncConnection, scope: Scope, held: Membership, until: date) -> None:
    """Give a period an earlier last day. Raises LastOne; WrongState: it was ended, or is shorter."""
    await _change(db, scope, held, valid_until=until)


async def rename(db: AsyncConnection, scope: Scope, held: Membership, name: str, certificate: str) -> None:
    """Correct name and certificate of a period one person granted. Raises WrongState for any other."""
    await _change(db, scope, held, name=name, certificate=certificate)


async def end(
    db: AsyncConnection, scope: Scope, held: Membership, *, on: date, by: str, at: datetime
) -> None:
    """End a period at once: it holds no more, though the day stays one the person held it on.

    Args:
        on: the day of `at` in China.

    Raises:
        LastOne: nobody else is head or administrator from now on. WrongState: it was ended before.
    """
    await _change(db, scope, held, valid_until=on, ended_by=by, ended_at=at)


async def suspend(db: AsyncConnection, scope: Scope, held: Membership, *, by: str, at: datetime) -> None:
    """Let a period of the own bureau rest: it gives no right until `restore`. Raises WrongState: it ended."""
    added = func.array_append(func.array_remove(t.c.suspended_hands, by), by)
    hands = case((t.c.restored_at.is_(None), added), else_=[by])
    values = {"suspended_at": at, "suspended_by": by, "restored_at": None, "restored_by": None}
    await _change(db, scope, held, **values, suspended_hands=hands)


async def restore(db: AsyncConnection, scope: Scope, held: Membership, *, by: str, at: datetime) -> None:
    """Let a resting period hold again.

    Raises:
        SameHand: by one who let it rest, or by the person. WrongState: it ended.
    """
    await _change(db, scope, held, restored_at=at, restored_by=by)


async def in_bureau(
    db: AsyncConnection, scope: Scope, bureau: str, on: date | None = None
) -> tuple[Membership, ...]:
    """Memberships of a visible bureau; those that hold on one day, or the periods of all times."""
    holds = () if on is None else _holds(on)
    query = select(t).where(within(scope, t.c.bureau), t.c.bureau == bureau, *holds)
    return await _many(db, query.order_by(t.c.subject, t.c.role, t.c.valid_from))


async def _change(db: AsyncConnection, scope: Scope, held: Membership, **values: Any) -> None:
    statement = update(t).where(
        own(scope, t.c.bureau),
        t.c.subject == held.subject,
        t.c.role == held.role,
        t.c.valid_from == held.valid_from,
        t.c.attempt == held.attempt,
        t.c.ended_at.is_(None),
    )
    with neutral_errors():
        await change(db, statement.values(**values), wanted="open")


async def refuse_conflicts(db: AsyncConnection, scope: Scope, new: Membership) -> None:
    """Nothing, when the person may hold it beside what is held in the own bureau. Raises ExclusiveRoles."""
    held = await _many(db, select(t).where(own(scope, t.c.bureau), t.c.subject == new.subject))
    clashing = [one for one in held if _overlap(one, new) and conflicts({new.role, one.role})]
    roles = [one.role for one in await unwaived(db, scope, new, clashing)]
    found = {role for other in roles for pair in conflicts({new.role, other}) for role in pair}
    if found:
        labels = "、".join(ROLES[role][0] for role in ROLES if role in found)
        raise ExclusiveRoles(labels, roles=sorted(found))


async def refuse_overlap(db: AsyncConnection, scope: Scope, new: Membership) -> None:
    """Nothing, when the person holds the same role of the own bureau on none of its days.

    Raises:
        HeldThatDay: a day on which it was ended counts; the database refuses the same by itself.
    """
    same = t.c.subject == new.subject, t.c.role == new.role
    held = await _many(db, select(t).where(own(scope, t.c.bureau), *same))
    if any(_overlap(one, new) for one in held):
        raise HeldThatDay(new.role)


def _called_off(scope: Scope, new: Membership) -> ScalarSelect[int]:
    """How many periods of the same first day were called off before it came."""
    off = and_(t.c.ended_at.is_not(None), t.c.valid_until < t.c.valid_from)
    same = (t.c.subject == new.subject, t.c.role == new.role, t.c.valid_from == new.valid_from)
    return select(func.count()).where(own(scope, t.c.bureau), *same, off).scalar_subquery()


def _overlap(one: Membership, other: Membership) -> bool:
    first = max(one.valid_from, other.valid_from)
    return first <= min(one.valid_until or date.max, other.valid_until or date.max)


def _holds(on: Any) -> tuple[Any, ...]:
    """Days are inclusive; a role that was ended holds no more on the day of its end."""
    ends = and_(t.c.valid_until == on, t.c.ended_at.is_(None))
    return t.c.valid_from <= on, or_(t.c.valid_until.is_(None), t.c.valid_until > on, ends)


async def _many(db: AsyncConnection, query: Select[Any]) -> tuple[Membership, ...]:
    return tuple(_period(row._mapping) for row in await db.execute(query))


def _period(row: Mapping[str, Any]) -> Membership:
    return Membership(**{**row, "suspended_hands": tuple(row["suspended_hands"])})


_GIVES = or_(t.c.suspended_at.is_(None), t.c.restored_at.is_not(None))  # it does not rest
_OF_SUBJECT = Ready(
    lambda: (
        select(t)
        .where(t.c.subject == given("subject"), *_holds(given("on")), _GIVES)
        .order_by(t.c.bureau, t.c.role)
    )
)
