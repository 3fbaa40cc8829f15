"""Putting everything back while the bureau still lives where it did."""

from services.moving.steps import Steps
from services.moving.values import OPERATOR, Moved
from tenants import journal
from tenants.moving import gates, records
from tenants.moving.copying import remove_rows
from tenants.moving.errors import SwitchOpen
from tenants.moving.reach import opened
from tenants.scope import Scope


async def undo(steps: Steps) -> Moved:
    """Remove what was copied, open the gates, tell the bureau's journal.

    The target may be gone: what it holds is not the bureau's, and the next move clears it.

    Raises:
        SwitchOpen: a switch is under way or was done; nothing was removed.
    """
    await _clear(steps)
    await gates.open_(steps.source, steps.bureau, steps.order.wait)
    move, at = steps.record, steps.app.clock.now()
    scope = Scope.for_system(steps.bureau, (steps.bureau,))
    async with steps.databases.several(scope) as unit:
        await records.advance(unit.control, scope, move.id, "undone", at)
        await journal.note(
            unit.db, scope, actor=OPERATOR, action="bureau.move", target=f"bureau/{steps.bureau}",
            why=f"操作人：{move.by}；未完成，已恢复原状", before={"database": move.source},
            after={"database": move.source, "wanted": move.target}, at=at,
        )  # fmt: skip
    return Moved(steps.bureau, move.source, move.target, undone=True)


async def _clear(steps: Steps) -> None:
    try:
        async with opened(steps.target, steps.bureau, wait=steps.order.wait, away=True) as db:
            await remove_rows(db, steps.bureau)
        await gates.open_(steps.target, steps.bureau, steps.order.wait)
    except SwitchOpen:
        raise  # these rows may be the bureau's
    except Exception:
        steps.say(steps.now, "目标库不可达，副本待下次清除", "the target is gone: cleared later")
