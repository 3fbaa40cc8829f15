"""An officer cannot come, or must not go: declared in seconds, kept without a reason. Basis: rd1 §10.

A declaration changes no list. Whoever proposes a substitution finds it, and the protocol passes over whoever
declared: that those passed over were away is what no software can prove (verdicts say so), so every
declaration stands in the journal.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.drawing.change_errors import DeclarationRested
from services.usecases.ceremony import draw_in, note
from services.usecases.my_tasks import OPEN, assigned_task, certificate_of
from services.visiting.visit_errors import NotYours
from services.work import Work
from tenants import journal
from tenants.rows import Declaration
from tenants.stores import declarations, officers


@dataclass(frozen=True, slots=True)
class Declared:
    """What was declared. `repeated`: it stood already."""

    kind: str
    certificate: str
    repeated: bool


async def declare_own_recusal(work: Work, draw_no: int, slot: int) -> Declared:
    """The officer of a visit must not go on it, also at the door; a substitution has to follow.

    Raises:
        NotYours: not a visit of this person, or recorded already. WrongState: the draw does not stand.
    """
    work.require("task.declare", assigned=True)
    task, _ = await assigned_task(work, draw_no, slot)
    await draw_in(work, draw_no, "drawn")
    if task.state not in OPEN:
        raise NotYours(f"{draw_no}/{slot}")
    own = await certificate_of(work)
    new = await declarations.recused(work.db, work.scope, draw_no, slot, own, work.now)
    if new:
        await note(work, "task.declare", draw_no, {"recused": own, "slot": slot})
    return Declared("recusal", own, not new)


async def declare_own_absence(work: Work, day: date | None = None) -> Declared:
    """The officer is away today, or on another day to come.

    Raises:
        NotYours: the login belongs to no officer, or the day is past.
    """
    work.require("task.declare", assigned=True)
    return await _absent(work, await certificate_of(work), day or work.today)


async def declare_absence(work: Work, certificate: str, day: date | None = None) -> Declared:
    """A dispatcher notes who rang in sick; raises Missing for no officer, NotYours for a past day."""
    work.require("task.declare")
    await officers.one(work.db, work.scope, work.scope.bureau, certificate)
    return await _absent(work, certificate, day or work.today)


async def withdraw_declaration(work: Work, id: UUID) -> None:
    """Take a declaration back that was a mistake.

    Raises:
        WrongState: it does not stand. DeclarationRested: a change of the list rests on it.
    """
    work.require("task.declare")
    found = await declarations.find(work.db, work.scope, id)
    if found is not None and found.rested_at is not None:
        raise DeclarationRested(found.certificate)
    await declarations.withdraw(work.db, work.scope, id, work.now)
    await _note(work, {"withdrawn": str(id)}, {"standing": str(id)})


async def declared(work: Work, draw_no: int) -> tuple[Declaration, ...]:
    """Who is away today, and who recused himself from visits of a draw."""
    work.require("draw.change")
    bureau = work.scope.bureau
    today = await declarations.on_day(work.db, work.scope, bureau, work.today)
    return (*today, *await declarations.of_draw(work.db, work.scope, bureau, draw_no))


async def _absent(work: Work, certificate: str, day: date) -> Declared:
    if day < work.today:
        raise NotYours(day)
    new = await declarations.absent(work.db, work.scope, certificate, day, work.now)
    if new:
        await _note(work, {"absent": certificate, "day": day.isoformat()})
    return Declared("absence", certificate, not new)


async def _note(work: Work, after: dict[str, str], before: dict[str, str] | None = None) -> None:
    await journal.note(
        work.db,
        work.scope,
        actor=work.principal,
        action="task.declare",
        target=f"officers/{work.scope.bureau}",
        before=before,
        after=after,
        at=work.now,
    )
