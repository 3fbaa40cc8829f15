"""Joint visits: acting for two bureaus in one transaction, and what one side may know of the other."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.exc import DBAPIError

from policies.terms import Officer
from services.work import Work
from tenants import journal
from tenants.rows import Draw, Joint
from tenants.stores import draws, joints, officers, tasks
from tenants.trouble import lost
from tenants.unavailable import BureauUnavailable


async def hold_roster(work: Work, draw: Draw) -> None:
    """Wait until nobody else joins, dispatches or records visits to this roster in this period.

    One lock covers both draws of a joint visit, whichever side comes first, so it is held where the roster
    lives; read what you judge by after it.
    """
    await work.hold(draw.subject, "visits", draw.subject, draw.period)


async def hold_partners(work: Work, draw_no: int, slots: Iterable[int]) -> None:
    """Wait for the journals of the other sides of some visits, in the order of their codes.

    For who enters the public log and then tells them: journals before the log, always.
    """
    found = [joint for slot in slots for joint in await live_joints(work, draw_no, slot)]
    for bureau in sorted({joint.other_bureau for joint in found}):
        async with work.inside(bureau) as there:
            await journal.hold_chain(there.db, there.scope)


@dataclass(frozen=True, slots=True)
class Partner:
    """The other side of a joint visit: who comes, and when; never a name of a site."""

    bureau: str
    draw_no: int
    slot: int
    visit_on: date | None
    team: tuple[Officer, ...]


@dataclass(frozen=True, slots=True)
class Side:
    """What a reader is shown of the other side of a joint visit; nothing where it was never joint.

    Attributes:
        partner: who comes along. parted: the bureau that was to come and comes no more.
        missing: the bureau whose database gives no answer now, so that nobody can say.
    """

    partner: Partner | None = None
    parted: str = ""
    missing: str = ""


async def sides(work: Work, draw_no: int, slot: int | None = None) -> dict[int, Side]:
    """slot → other side of the joint visits of a draw, to be shown: a database that is down is missing there.

    Whoever decides or writes asks the functions below, which refuse instead.
    """
    shown: dict[int, Side] = {}
    for joint in await joints.of_draw(work.db, work.scope, work.scope.bureau, draw_no, slot):
        shown[joint.slot] = max(shown.get(joint.slot, Side()), await _side(work, joint), key=_weight)
    return shown


def _weight(side: Side) -> int:
    """Of several links of one visit: the side that comes, else the one unknown, else the one that parted."""
    return 3 if side.partner else 2 if side.missing else 1 if side.parted else 0


async def _side(work: Work, joint: Joint) -> Side:
    other = joint.other_bureau
    try:
        return Side(partner=await partner(work, joint)) if await _stands(work, joint) else Side(parted=other)
    except BureauUnavailable:
        return Side(missing=other)
    except DBAPIError as error:
        if not lost(error):
            raise
        await work.leave(other)  # it broke off amid the question
        await work.at(work.scope.bureau)  # act within the own scope again
        return Side(missing=other)


async def joint_of(work: Work, draw_no: int, slot: int) -> Joint | None:
    """The link of a visit of the bureau acted for, if it is a joint one."""
    found = await live_joints(work, draw_no, slot)
    return found[0] if found else None


async def live_joints(work: Work, draw_no: int, slot: int | None = None) -> tuple[Joint, ...]:
    """Links whose other side still stands: a void draw or a cancelled visit leaves one side to go alone."""
    found = await joints.of_draw(work.db, work.scope, work.scope.bureau, draw_no, slot)
    return tuple([joint for joint in found if await _stands(work, joint)])


async def _stands(work: Work, joint: Joint) -> bool:
    async with work.inside(joint.other_bureau) as there:
        of = (there.db, there.scope, joint.other_bureau, joint.other_draw_no)
        draw, task = await draws.get(*of), await tasks.get(*of, joint.other_slot)
    return draw.state != "void" and task.state != "cancelled"


async def partner(work: Work, joint: Joint) -> Partner:
    """What the other bureau has settled for its side."""
    async with work.inside(joint.other_bureau) as there:
        args = (there.db, there.scope, joint.other_bureau, joint.other_draw_no, joint.other_slot)
        task = await tasks.get(*args)
        team = [a.certificate for a in await tasks.assignments(*args) if a.until_day is None]
        people = await team_of(there, team)
    return Partner(joint.other_bureau, joint.other_draw_no, joint.other_slot, task.visit_on, people)


async def settled_days(work: Work, draw_no: int) -> dict[int, date]:
    """slot → day already settled by the other side, for the joint visits of a draw."""
    days: dict[int, date] = {}
    for joint in await live_joints(work, draw_no):
        day = (await partner(work, joint)).visit_on
        if day is not None:
            days[joint.slot] = day
    return days


async def team_of(work: Work, certificates: Sequence[str]) -> tuple[Officer, ...]:
    """Officers of the bureau acted for by certificate, in the order given. Raises Missing."""
    return tuple([await officers.one(work.db, work.scope, work.scope.bureau, c) for c in certificates])
