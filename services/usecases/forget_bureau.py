"""The rows a bureau left in its former home are removed, after they were compared once more."""

from services.moving.steps import home_of
from services.moving.values import OPERATOR, SYSTEM, Forgotten, Progress, Told, place
from services.servers import Servers
from services.work import App
from tenants import journal
from tenants.databases import Databases
from tenants.entering import SHARED
from tenants.identity import SCHEMA_VERSION
from tenants.moving import records
from tenants.moving.copying import count_rows, remove_rows
from tenants.moving.errors import LeftoverChanged, MoveUnfinished, NothingLeft
from tenants.moving.following import follows, last_entry
from tenants.moving.reach import alone, opened
from tenants.moving.rows import Move, Place, TableSum
from tenants.moving.sums import sums_of
from tenants.scope import Scope


async def forget_bureau(
    app: App, databases: Databases, servers: Servers, bureau: str, by: str, told: Told
) -> tuple[Forgotten, ...]:
    """As `forget`, alone with the bureau.

    Raises:
        Missing: no such bureau. MoveRunning: a command moves it. MoveUnfinished: a move of it must end first.
        NothingLeft, LeftoverChanged: nothing was removed.
    """
    await home_of(databases, bureau)
    async with alone(place(databases, servers, SHARED), bureau):
        async with databases.unit(SYSTEM, read_only=True) as db:
            for one in await records.unfinished(db, SYSTEM, bureau):
                raise MoveUnfinished(one.state, bureau=bureau, source=one.source, target=one.target)
        return await forget(app, databases, servers, bureau, by, told)


async def forget(
    app: App, databases: Databases, servers: Servers, bureau: str, by: str, told: Told
) -> tuple[Forgotten, ...]:
    """Remove everything a bureau left behind, in every home it has left; the caller holds the bureau's lock.

    1. The rows are those that were copied, table by table. 2. The journal in the present home has the old
    one's last entry. 3. All rows go in one transaction, none is left. 4. The journal tells how many.
    """
    home = await home_of(databases, bureau)
    async with databases.unit(SYSTEM, read_only=True) as db:
        left = {
            m.source: m for m in reversed(await records.leftovers(db, SYSTEM, bureau)) if m.source != home
        }
    if not left:
        raise NothingLeft(bureau, bureau=bureau)
    present = place(databases, servers, home)
    done = []
    for name, move in left.items():
        old = place(databases, servers, name)
        told(Progress(7, f"核对 {name}", f"comparing {name}"))
        size = await _check(old, present, move)
        told(Progress(7, f"删除 {name}", f"removing from {name}"))
        async with opened(old, bureau) as db:
            rows = await remove_rows(db, bureau)
            if still := await count_rows(db, bureau):
                raise LeftoverChanged(still, name=name)
        done.append(Forgotten(bureau, name, rows, size))
        await _note(app, databases, done[-1], by)
    return tuple(done)


async def _check(old: Place, present: Place, move: Move) -> int:
    """Points 1 and 2; returns the bytes of the rows. A command killed after the removal finds none."""
    async with opened(old, move.bureau, frozen=True) as db:
        if not await count_rows(db, move.bureau):
            return 0
        sums = await sums_of(db, move.bureau)
        last = await last_entry(db, move.bureau)
    if wrong := _changed(sums, move):
        raise LeftoverChanged(wrong, name=old.name)
    async with opened(present, move.bureau, frozen=True) as db:
        if last is not None and not await follows(db, move.bureau, *last):
            raise LeftoverChanged(f"journal/{last[0]}", name=old.name)
    return sum(one.size for one in sums)


def _changed(sums: tuple[TableSum, ...], move: Move) -> str:
    """The first table that is not as copied; after a migration only the counts can be compared."""
    known = move.tables or {"schema": "", "sums": []}
    alike = known["schema"] == SCHEMA_VERSION
    wanted = {table: (rows, digest if alike else "") for table, rows, digest in known["sums"]}
    for one in sums:
        if wanted.get(one.table, (0, "")) != (one.rows, one.digest if alike else ""):
            return one.table
    return ""


async def _note(app: App, databases: Databases, done: Forgotten, by: str) -> None:
    scope, at = Scope.for_system(done.bureau, (done.bureau,)), app.clock.now()
    async with databases.several(scope) as unit:
        await records.cleaned(unit.control, scope, done.bureau, done.database, at)
        await journal.note(
            unit.db, scope, actor=OPERATOR, action="bureau.forget", target=f"bureau/{done.bureau}",
            why=f"操作人：{by}", at=at,
            before={"database": done.database, "rows": done.rows, "bytes": done.size},
        )  # fmt: skip
