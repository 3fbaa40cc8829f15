"""Joint visits: acting for two bureaus in one transaction, and what one side may know of the other."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date

from policies.terms import Officer
from services.work import Work
from tenants.locks import hold
from tenants.rows import Draw, Joint
from tenants.scope import Scope
from tenants.session import enter
from tenants.stores import draws, joints, officers, tasks


@asynccontextmanager
async def acting_for(work: Work, bureau: str) -> AsyncIterator[Scope]:
    """Re-scope the running transaction to another bureau, and back.

    Only the joint-visit use cases call it, after their own check of the matrix. An error passes through:
    the whole transaction is lost then, so there is no scope to restore.
    """
    scope = Scope.own(bureau, work.principal.subject)
    await enter(work.db, scope)
    yield scope
    await enter(work.db, work.scope)


async def hold_roster(work: Work, draw: Draw) -> None:
    """Wait until nobody else joins, dispatches or records visits to this roster in this period.

    One lock covers both draws of a joint visit, whichever side comes first; read what you judge by after it.
    """
    await hold(work.db, "visits", draw.subject, draw.period)


@dataclass(frozen=True, slots=True)
class Partner:
    """The other side of a joint visit: who comes, and when; never a name of a site."""

    bureau: str
    draw_no: int
    slot: int
    visit_on: date | None
    team: tuple[Officer, ...]


async def joint_of(work: Work, draw_no: int, slot: int) -> Joint | None:
    """The link of a visit of the bureau acted for, if it is a joint one."""
    found = await live_joints(work, draw_no, slot)
    return found[0] if found else None


async def live_joints(work: Work, draw_no: int, slot: int | None = None) -> tuple[Joint, ...]:
    """Links whose other side still stands: a void draw or a cancelled visit leaves one side to go alone."""
    found = await joints.of_draw(work.db, work.scope, work.scope.bureau, draw_no, slot)
    return tuple([joint for joint in found if await _stands(work, joint)])


async def parted_from(work: Work, draw_no: int, slot: int) -> str:
    """The bureau whose side of this visit stands no more, so that the other goes alone; "" without one."""
    found = await joints.of_draw(work.db, work.scope, work.scope.bureau, draw_no, slot)
    for joint in found:
        if not await _stands(work, joint):
            return joint.other_bureau
    return ""


async def _stands(work: Work, joint: Joint) -> bool:
    async with acting_for(work, joint.other_bureau) as scope:
        of = (work.db, scope, joint.other_bureau, joint.other_draw_no)
        draw, task = await draws.get(*of), await tasks.get(*of, joint.other_slot)
    return draw.state != "void" and task.state != "cancelled"


async def partner(work: Work, joint: Joint) -> Partner:
    """What the other bureau has settled for its side."""
    async with acting_for(work, joint.other_bureau) as scope:
        args = (work.db, scope, joint.other_bureau, joint.other_draw_no, joint.other_slot)
        task = await tasks.get(*args)
        team = [a.certificate for a in await tasks.assignments(*args) if a.until_day is None]
        people = await team_of(work, scope, team)
    return Partner(joint.other_bureau, joint.other_draw_no, joint.other_slot, task.visit_on, people)


async def settled_days(work: Work, draw_no: int) -> dict[int, date]:
    """slot → day already settled by the other side, for the joint visits of a draw."""
    days: dict[int, date] = {}
    for joint in await live_joints(work, draw_no):
        day = (await partner(work, joint)).visit_on
        if day is not None:
            days[joint.slot] = day
    return days


async def team_of(work: Work, scope: Scope, certificates: Sequence[str]) -> tuple[Officer, ...]:
    """Officers of the scope's bureau by certificate, in the order given. Raises Missing."""
    return tuple([await officers.one(work.db, scope, scope.bureau, c) for c in certificates])
