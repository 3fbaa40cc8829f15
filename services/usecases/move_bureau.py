"""A bureau moves to another database, or back: the operator's command, no role of a bureau.

The steps are `services.moving.steps`; here is what happens when one of them fails, or the command is run
again after it was killed.
"""

import asyncio

from services.moving.reasons import failed, halted
from services.moving.steps import Steps, home_of
from services.moving.undo import undo
from services.moving.values import SYSTEM, Moved, MoveOrder, Told, place
from services.servers import Servers
from services.usecases.forget_bureau import forget
from services.work import App
from tenants.databases import Databases
from tenants.entering import SHARED
from tenants.moving import records
from tenants.moving.errors import MoveUnfinished, NothingToUndo, SamePlace
from tenants.moving.reach import alone
from tenants.moving.rows import Move
from tenants.participants import kept_going


async def move_bureau(app: App, servers: Servers, order: MoveOrder, told: Told) -> Moved:
    """Move a bureau's rows and switch to them; the bureau is read-only meanwhile, all others work on.

    An error before the switch puts everything back by itself. After a killed command the same command goes
    on; with `back` it is taken back.

    Args:
        app: the wiring. servers: URLs, the migrator's among them; only the operator's console has them.
        order: what to do.
        told: gets every step as it begins, and its progress.

    Raises:
        Missing, UnknownDatabase, SamePlace, NothingToUndo, MoveRunning, MoveUnfinished: nothing was begun.
        TargetNotReady, RowsInTheWay, StillWriting, CopyDiffers, MoveFailed: everything is as before.
        MoveHalted: run it again.
    """
    databases = several(app)
    await home_of(databases, order.bureau)
    async with alone(place(databases, servers, SHARED), order.bureau):
        home, open_ = await home_of(databases, order.bureau), await _unfinished(databases, order.bureau)
        if open_ is None:
            target = await _came_from(databases, order.bureau, home) if order.back else order.to
            moved = await _run(_steps(app, databases, servers, order, told, home, target))
        else:
            moved = await _again(app, databases, servers, order, told, await _settled(databases, open_))
        if not order.clean or moved.undone:
            return moved
        return Moved(
            moved.bureau, moved.source, moved.target, False, moved.rows, moved.size, moved.draws,
            await forget(app, databases, servers, order.bureau, order.by, told),
        )  # fmt: skip


def several(app: App) -> Databases:
    """The deployment's databases; a process of the console always has them."""
    if not isinstance(app.database, Databases):
        raise TypeError("the wiring of one database moves nothing")
    return app.database


def _steps(
    app: App, databases: Databases, servers: Servers, order: MoveOrder, told: Told, home: str, target: str
) -> Steps:
    ends = place(databases, servers, home), place(databases, servers, target)
    if home == target:
        raise SamePlace(home, bureau=order.bureau)
    return Steps(app, databases, order, *ends, told)


async def _again(
    app: App, databases: Databases, servers: Servers, order: MoveOrder, told: Told, open_: Move
) -> Moved:
    """A killed command left this move: end it, or take it back."""
    if not order.back and order.to != open_.target:
        raise MoveUnfinished(order.to, bureau=open_.bureau, source=open_.source, target=open_.target)
    ends = place(databases, servers, open_.source), place(databases, servers, open_.target)
    steps = Steps(app, databases, order, *ends, told, open_)
    if open_.state != "switched":
        return await (_taken_back(steps) if order.back else _run(steps))
    done = await _finish(steps)
    if not order.back:
        return done
    return await _run(_steps(app, databases, servers, order, told, open_.target, open_.source))


async def _settled(databases: Databases, open_: Move) -> Move:
    """The move as it stands once its switch has ended, if the killed command had begun one.

    Raises:
        MoveHalted: it did not end in time.
    """
    try:
        await home_of(databases, open_.bureau, settled=True)
        await databases.look_after()  # ends in the other databases what control has decided
        return await _unfinished(databases, open_.bureau) or open_
    except Exception as error:
        raise halted(5, error) from None


async def _taken_back(steps: Steps) -> Moved:
    try:
        return await undo(steps)
    except Exception as error:
        raise halted(steps.now, error) from None


async def _run(steps: Steps) -> Moved:
    try:
        await steps.check()
        await steps.close()
        await steps.copy()
        await steps.compare()
        await steps.switch()
    except BaseException as error:
        if not await _switched(steps):
            await kept_going(_put_back(steps))
            if not isinstance(error, Exception):
                raise
            raise failed(steps.now, error) from None
        if not isinstance(error, Exception):
            raise
    return await _finish(steps)


async def _finish(steps: Steps) -> Moved:
    try:
        return await steps.release()
    except Exception as error:
        raise halted(6, error) from None


async def _put_back(steps: Steps) -> None:
    if steps.move is None:
        return
    await _taken_back(steps)


async def _switched(steps: Steps) -> bool:
    """Whether the switch was done, although its answer was lost. Raises MoveHalted when nobody can say."""
    if steps.now < 5:
        return False
    try:
        return await asyncio.shield(home_of(steps.databases, steps.bureau, settled=True)) == steps.target.name
    except Exception as error:
        raise halted(5, error) from None


async def _unfinished(databases: Databases, bureau: str) -> Move | None:
    async with databases.unit(SYSTEM, read_only=True) as db:
        return next(iter(await records.unfinished(db, SYSTEM, bureau)), None)


async def _came_from(databases: Databases, bureau: str, home: str) -> str:
    async with databases.unit(SYSTEM, read_only=True) as db:
        past = [m for m in await records.of_bureau(db, SYSTEM, bureau) if m.state == "done"]
    if not past or past[0].target != home:
        raise NothingToUndo(bureau, bureau=bureau)
    return past[0].source
