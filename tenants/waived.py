"""Roles that exclude each other, where a waiver of the superior lets one person hold both."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from policies.waivers import Days, covers, pair_of, reach
from tenants.errors import BeyondWaiver
from tenants.rows import Membership
from tenants.scope import Scope
from tenants.stores import waivers


async def unwaived(
    db: AsyncConnection, scope: Scope, new: Membership, clashing: Sequence[Membership]
) -> list[Membership]:
    """Those of the clashing periods that no waiver of the own bureau lets the person hold beside the new one.

    Args:
        db: connection of a unit in the control database.
        new: the period to be granted.
        clashing: periods of excluded roles with a day in common.

    Raises:
        BeyondWaiver: a waiver is in force on the first common day, and ends before the last.
    """
    if not clashing:
        return []
    granted = await waivers.granted_to(db, scope, new.subject)
    left = []
    for one in clashing:
        pair = pair_of(one.role, new.role)
        days = [Days(w.since, w.until) for w in granted if pair in w.pairs]
        first = max(one.valid_from, new.valid_from)
        last = min(one.valid_until or date.max, new.valid_until or date.max)
        if covers(days, Days(first, last)):
            continue
        if (until := reach(days, first)) is not None:
            raise BeyondWaiver(new.valid_until or "—", last=until.isoformat())
        left.append(one)
    return left
