"""The changes of a draw for those who propose and approve them, and the look-up of one drawn site."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from policies.access import allowed
from policies.errors import Problem
from services.drawing.change_case import Shown, open_case, shown
from services.drawing.change_errors import NotInDraw, VisitOver
from services.drawing.changing import OPEN, Step, hand_of
from services.drawing.duties import refuse_drawers
from services.drawing.roll import roll_of
from services.usecases.ceremony import draw_in, utc
from services.usecases.declare import declared
from services.usecases.propose_change import NOBODY, may_see_reserve, read_proposals
from services.visiting.tasksheet import open_sheets
from services.work import Work
from tenants.rows import Assignment, ChangeProposal, Declaration, Draw, Task
from tenants.stores import changes, events, officers, tasks


@dataclass(frozen=True, slots=True)
class Line:
    """A proposal as its readers see it.

    Attributes:
        steps: what was asked for. made: what the protocol makes of it now; empty when settled or stale.
        state: open, stale, approved or withdrawn. may: this person may approve it.
    """

    n: int
    by: str
    at: datetime
    state: str
    steps: tuple[Step, ...]
    made: tuple[Shown, ...]
    events: tuple[int, ...]
    approved_by: str
    may: bool


@dataclass(frozen=True, slots=True)
class VisitLine:
    """A visit without its site: who goes when, and who of them declared that they cannot.

    Attributes:
        team: (certificate, name) of a dispatched visit, leader first.
        wanting: certificates of those on the team who are absent or recused.
    """

    slot: int
    state: str
    visit_on: date | None
    team: tuple[tuple[str, str], ...]
    wanting: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChangeBoard:
    """The page. `events`: number of changes so far; `hidden`: visits not dispatched yet."""

    draw: Draw
    lines: tuple[Line, ...]
    visits: tuple[VisitLine, ...]
    declarations: tuple[Declaration, ...]
    names: Mapping[str, str]
    events: int
    hidden: int

    @property
    def waiting(self) -> tuple[VisitLine, ...]:
        """Visits on whose team somebody cannot go."""
        return tuple(one for one in self.visits if one.wanting)


async def change_board(work: Work, draw_no: int) -> ChangeBoard:
    """Everything about the changes of a draw; open proposals are opened, and that is journalled.

    Raises:
        Missing: no such draw. WrongState: it has no result that stands.
    """
    work.require("draw.change")
    draw = await draw_in(work, draw_no, "drawn", "opened")
    every = await tasks.of_draw(work.db, work.scope, draw.bureau, draw_no)
    kept = await changes.of_draw(work.db, work.scope, draw.bureau, draw_no)
    number = await events.number_of(work.db, work.scope, draw.bureau, draw_no)
    people = {o.certificate: o.name for o in await officers.all_of(work.db, work.scope, draw.bureau)}
    return ChangeBoard(
        draw,
        await _lines(work, draw, kept, number),
        await _visits(work, draw, every, people),
        await declared(work, draw_no),
        people,
        number,
        sum(task.state == "drawn" for task in every),
    )


async def visit_line(work: Work, draw_no: int, slot: int) -> VisitLine:
    """One visit that may be changed, without its site; one not dispatched yet has no team to show.

    Raises:
        VisitOver: recorded, cancelled, or none of the draw.
    """
    work.require("draw.change")
    draw = await draw_in(work, draw_no, "drawn")
    every = await tasks.of_draw(work.db, work.scope, draw.bureau, draw_no)
    task = next((one for one in every if one.slot == slot and one.state in OPEN), None)
    if task is None:
        raise VisitOver(slot, slot=slot)
    people = {o.certificate: o.name for o in await officers.all_of(work.db, work.scope, draw.bureau)}
    found = await _visits(work, draw, (task,), people)
    return found[0] if found else VisitLine(slot, task.state, None, (), ())


async def visits_of_day(work: Work, draw_no: int, slot: int, certificate: str) -> tuple[int, ...]:
    """Slots of the visits an officer has on the day of this one, this one first."""
    board = await _dispatched(work, draw_no)
    day = next((one.visit_on for one in board if one.slot == slot), None)
    mine = [
        one.slot
        for one in board
        if one.slot != slot and one.visit_on == day and certificate in dict(one.team)
    ]
    return (slot, *mine)


async def visits_with(work: Work, draw_no: int, day: date, certificate: str) -> tuple[VisitLine, ...]:
    """Dispatched visits an officer has on a day of a draw, by slot."""
    board = await _dispatched(work, draw_no)
    return tuple(one for one in board if one.visit_on == day and certificate in dict(one.team))


async def _dispatched(work: Work, draw_no: int) -> tuple[VisitLine, ...]:
    work.require("draw.change")
    draw = await draw_in(work, draw_no, "drawn")
    return await _visits(work, draw, await tasks.of_draw(work.db, work.scope, draw.bureau, draw_no), {})


async def waiting_changes(work: Work, draw: Draw) -> tuple[int, int]:
    """(proposals of other people that may be approved, visits on whose team somebody cannot go)."""
    kept = await changes.of_draw(work.db, work.scope, draw.bureau, draw.draw_no)
    number = await events.number_of(work.db, work.scope, draw.bureau, draw.draw_no)
    others = [o for o in kept if o.open and o.base == number and o.by != work.principal.subject]
    every = await tasks.of_draw(work.db, work.scope, draw.bureau, draw.draw_no)
    return len(others), sum(bool(one.wanting) for one in await _visits(work, draw, every, {}))


async def find_visit(work: Work, draw_no: int, code: str) -> int:
    """The slot of a drawn site whose visit is still to come, also when it is not dispatched yet.

    For the dispatcher, who learns only whether this one site was drawn; every look-up is journalled with the
    slots opened for it.

    Raises:
        NotInDraw: it is none of them. DrewIt: the person had a hand in the draw.
    """
    work.require("draw.change")
    work.require("sealed.read")
    draw = await draw_in(work, draw_no, "drawn")
    await refuse_drawers(work, draw)
    every = await tasks.of_draw(work.db, work.scope, draw.bureau, draw_no)
    slots = [task.slot for task in every if task.state in OPEN]
    wanted = code.strip()
    for sheet in await open_sheets(work, draw_no, slots, "核对污染源是否在待检查名单内") if slots else ():
        if sheet.uid == wanted:
            return sheet.slot
    raise NotInDraw(wanted[:40])


async def _lines(work: Work, draw: Draw, kept: tuple[ChangeProposal, ...], number: int) -> tuple[Line, ...]:
    live = [one for one in kept if one.open and one.base == number and draw.state == "drawn"]
    read = dict(zip([o.n for o in kept], await read_proposals(work, kept, "查看变更提议"), strict=True))
    may = bool(allowed(work.principal, "draw.change_approve", bureau=draw.bureau, now=work.now).reason
               in ("granted", "step_up"))  # fmt: skip
    found = []
    for one in kept:
        steps = read[one.n][0]
        made = await _made(work, draw, one, steps) if one in live else ()
        state = _state(one, bool(made))
        own = one.by == work.principal.subject
        numbers = tuple(range(one.first_event or 0, (one.last_event or -1) + 1))
        line = Line(
            one.n, one.by, one.at, state, steps, made, numbers, one.approved_by or "",
            may and state == "open" and not own,
        )  # fmt: skip
        found.append(line)
    return tuple(reversed(found))


def _state(one: ChangeProposal, fresh: bool) -> str:
    if one.approved_by is not None:
        return "approved"
    if one.withdrawn_by is not None:
        return "withdrawn"
    return "open" if fresh else "stale"


async def _made(work: Work, draw: Draw, one: ChangeProposal, steps: tuple[Step, ...]) -> tuple[Shown, ...]:
    """What the protocol makes of an open proposal now; nothing when it is not lawful any more."""
    by = (await hand_of(work, draw, one.by), NOBODY)
    try:
        case = await open_case(
            work, draw, steps, by=by, at=utc(work.now), proposer=one.by, why="查看变更提议"
        )
    except Problem:
        return ()
    return shown(case, reserve=may_see_reserve(work))


async def _visits(
    work: Work, draw: Draw, every: tuple[Task, ...], people: Mapping[str, str]
) -> tuple[VisitLine, ...]:
    teams: dict[int, list[Assignment]] = {}
    for row in await tasks.assignments(work.db, work.scope, draw.bureau, draw.draw_no):
        if row.until_day is None:
            teams.setdefault(row.slot, []).append(row)
    open_ = [task for task in every if task.state in OPEN and task.slot in teams]
    roll = await roll_of(work, draw, open_)
    return tuple(
        VisitLine(
            task.slot,
            task.state,
            task.visit_on,
            tuple((a.certificate, people.get(a.certificate, a.certificate)) for a in teams[task.slot]),
            tuple(a.certificate for a in teams[task.slot] if roll.cannot(a.certificate, task)),
        )
        for task in sorted(open_, key=lambda t: (t.visit_on or date.max, t.slot))
    )
