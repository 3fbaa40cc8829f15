"""The steps of a move. Until the switch everything can be put back; after it everything can be finished.

1. Check: the target works, is the right database at this schema, and holds no strange rows of the bureau.
2. Read-only: both gates are closed, in the databases themselves; writes under way are waited for.
3. Copy: every row, in one transaction of the target.
4. Compare: counts and digests of each table on both sides, the journal's chain, a seal of each draw.
5. Switch: the tree says the new home in control, source and target, in one unit of work.
6. Release: the gates open; the bureau's journal tells of the move.

The bureau can be read all the time; the other bureaus notice nothing.
"""

import asyncio
from dataclasses import dataclass, field
from uuid import uuid4

from policies.errors import Missing
from services.moving.reasons import not_ready, told
from services.moving.values import OPERATOR, SYSTEM, Moved, MoveOrder, Progress, StepNo, Told
from services.work import App
from tenants import journal
from tenants.databases import Databases
from tenants.entering import SHARED
from tenants.homes import hold_homes
from tenants.identity import SCHEMA_VERSION
from tenants.moving import gates, records
from tenants.moving.copying import copy_rows, count_rows, remove_rows
from tenants.moving.errors import RowsInTheWay
from tenants.moving.probing import probe_seals
from tenants.moving.reach import opened
from tenants.moving.rows import Move, MoveState, Place, TableSum
from tenants.moving.sums import compare, sums_of
from tenants.replica import bring_up
from tenants.scope import Scope
from tenants.unavailable import BureauUnavailable


@dataclass(slots=True)
class Steps:
    """One move on its way.

    Attributes:
        move: its record as last written. now: the step that runs.
        draws: whose seals were tried.
    """

    app: App
    databases: Databases
    order: MoveOrder
    source: Place
    target: Place
    told: Told
    move: Move | None = None
    now: StepNo = 1
    draws: int = field(default=0)

    @property
    def bureau(self) -> str:
        """Whose data moves."""
        return self.order.bureau

    async def check(self) -> None:
        """Step 1; then the move is on record. Raises TargetNotReady, RowsInTheWay, BureauUnavailable."""
        self.say(1, f"{self.source.name} → {self.target.name}", f"{self.source.name} → {self.target.name}")
        await self.databases.own(self.source.name)
        try:
            target = await self.databases.own(self.target.name)
        except BureauUnavailable as error:
            raise not_ready(self.target.name, error) from None
        await self.databases.look_after()  # settles what died half-way: it would hold the gate
        if self.target.name != SHARED:
            await bring_up(self.databases.control, target)
        await self._no_strangers()
        await self._begin()

    async def close(self) -> None:
        """Step 2. Raises StillWriting."""
        self.say(2, "等待进行中的写入结束", "waiting for the writes under way")
        for place in (self.target, self.source):
            await gates.close(place, self.bureau, self.order.wait)

    async def copy(self) -> None:
        """Step 3."""
        self.say(3)
        async with (
            opened(self.source, self.bureau, frozen=True) as source,
            opened(self.target, self.bureau) as to,
        ):
            await remove_rows(to, self.bureau)  # what an earlier move, or a killed one, left there
            rows = await copy_rows(source, to, self.bureau, self._table)
        await self._note("copied", rows=rows)
        self.say(3, f"{rows} 行", f"{rows} rows")

    async def compare(self) -> None:
        """Step 4. Raises CopyDiffers, BrokenChain, SealBroken, NoKey."""
        self.say(4)
        scope = Scope.own(self.bureau, OPERATOR.subject)
        async with (
            opened(self.source, self.bureau, frozen=True) as source,
            opened(self.target, self.bureau, frozen=True) as target,
        ):
            both = await asyncio.gather(
                sums_of(source, self.bureau, self._table), sums_of(target, self.bureau)
            )
            compare(*both)
            last = await journal.verify_chain(target, scope, self.bureau)
            self.draws = await probe_seals(target, self.app.keys, self.bureau)
        await self._note("verified", size=sum(one.size for one in both[0]), tables=kept(both[0]))
        self.say(
            4,
            f"各表一致，日志 {last} 条相接，{self.draws} 次抽查可开封",
            f"all tables equal, {last} journal entries chained, {self.draws} draws open",
        )

    async def switch(self) -> None:
        """Step 5: from the end of this unit on the bureau lives in the target."""
        self.say(5)
        async with self.databases.several(SYSTEM) as unit:
            control = (await unit.join(SHARED)).db
            await hold_homes(control)
            for name in sorted({SHARED, self.source.name, self.target.name}):
                await records.switch((await unit.join(name)).db, self.bureau, self.target.name)
            await records.advance(control, SYSTEM, self.record.id, "switched", self.app.clock.now())
        await self.databases.homes.refresh()

    async def release(self) -> Moved:
        """Step 6; again, it does no harm."""
        self.say(6)
        await self.databases.look_after()
        await self._tell(self.source.name, self.source)  # first: from then on nobody reads the old rows
        for name in set(self.databases.names) - {self.source.name, self.target.name}:
            await self._tell(name)
        await self._tree(self.target.name)
        await gates.open_(self.target, self.bureau)
        self.move = await self._read()
        done, scope = self.record, Scope.for_system(self.bureau, (self.bureau,))
        at = self.app.clock.now()
        async with self.databases.several(scope) as unit:
            await records.advance(unit.control, scope, done.id, "done", at)
            await records.cleaned(unit.control, scope, self.bureau, self.target.name, at)
            await journal.note(
                unit.db, scope, actor=OPERATOR, action="bureau.move", target=f"bureau/{self.bureau}",
                why=f"操作人：{done.by}", before={"database": done.source},
                after={"database": done.target, "rows": done.rows, "bytes": done.size}, at=at,
            )  # fmt: skip
        size = done.size or 0
        return Moved(self.bureau, done.source, done.target, False, done.rows or 0, size, self.draws)

    @property
    def record(self) -> Move:
        """The move's record; there is one from the end of step 1 on."""
        if self.move is None:
            raise RuntimeError("the move is not on record yet")
        return self.move

    def say(self, step: StepNo, zh: str = "", en: str = "") -> None:
        """Tell where the move is."""
        self.now = step
        self.told(Progress(step, zh, en))

    async def _table(self, n: int, of: int, name: str, rows: int) -> None:
        where = f"{n + 1}/{of} {name}"
        self.say(self.now, f"{where} {rows} 行" if rows else where, f"{where} {rows} rows" if rows else where)

    async def _no_strangers(self) -> None:
        async with opened(self.target, self.bureau, frozen=True) as db:
            there = await count_rows(db, self.bureau)
        async with self.databases.unit(SYSTEM, read_only=True) as db:
            known = await records.known_there(db, SYSTEM, self.bureau, self.target.name)
        if there and not known:
            raise RowsInTheWay(there, name=self.target.name, bureau=self.bureau)

    async def _begin(self) -> None:
        if self.move is not None:
            await self._note("begun")
            return
        at = self.app.clock.now()
        names = (self.bureau, self.source.name, self.target.name, self.order.by)
        self.move = Move(uuid4(), *names, "begun", at, at)
        async with self.databases.unit(SYSTEM) as db:
            await records.begin(db, SYSTEM, self.move)

    async def _note(self, state: MoveState, **more: object) -> None:
        async with self.databases.unit(SYSTEM) as db:
            await records.advance(db, SYSTEM, self.record.id, state, self.app.clock.now(), more)

    async def _tree(self, name: str) -> None:
        """That database's tree says the same as control's, whatever died during the switch."""
        if name != SHARED:
            await bring_up(self.databases.control, await self.databases.own(name))

    async def _tell(self, name: str, left: Place | None = None) -> None:
        """A database the bureau does not live in; it may be dead: it gets the tree before its next use.

        Args:
            left: the home that was left; its gate needs no mark any more, it is shut for want of `here`.
        """
        try:
            await self._tree(name)
            if left is not None:
                await gates.open_(left, self.bureau)
        except Exception as error:
            why = told(error)
            self.say(6, f"{name}：{why['zh']}", f"{name}: {why['en']}")

    async def _read(self) -> Move:
        async with self.databases.unit(SYSTEM, read_only=True) as db:
            return (await records.unfinished(db, SYSTEM, self.bureau))[0]


def kept(sums: tuple[TableSum, ...]) -> dict[str, object]:
    """The sums as the record keeps them; another schema writes rows out otherwise."""
    return {"schema": SCHEMA_VERSION, "sums": [one.as_list() for one in sums]}


async def home_of(databases: Databases, bureau: str, *, settled: bool = False) -> str:
    """Where the bureau lives now.

    Args:
        settled: wait for a switch that is under way, and say what it made of it.

    Raises:
        Missing: no such bureau. TryAgain: that switch did not end in time.
    """
    async with databases.unit(SYSTEM, read_only=True) as db:
        if settled:
            await hold_homes(db)
        home = await records.home_of(db, bureau)
    if home is None:
        raise Missing(bureau, what="单位")
    return home
