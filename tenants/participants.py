"""One database's transaction within a unit of work, and the ways it may end."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import TYPE_CHECKING, Any

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.beginning import Mode, end, running
from tenants.driver import dead
from tenants.entering import SHARED, enter, plain
from tenants.scope import Scope
from tenants.tables import bureau

if TYPE_CHECKING:
    from tenants.session import Database

_WROTE = text("select pg_current_xact_id_if_assigned() is not null")


class Participant:
    """A transaction of one database; `db` may be handed out, ending it is for the unit alone.

    Attributes:
        name: of the database, as in `bureau.database`.
        db: the connection.
        entered: the scope its settings say.
        here: bureaus of that scope that live in this database.
        guards: a lock taken in it guards rows of other databases too, so it ends last.
    """

    def __init__(
        self, name: str, database: "Database", db: AsyncConnection, entered: Scope, here: frozenset[str]
    ) -> None:
        self.name, self.db, self.entered, self.here = name, db, entered, here
        self._database = database
        self.ended = self.guards = False
        self._was_lost = False

    @property
    def lost(self) -> bool:
        """Whether the connection broke off."""
        return self._was_lost or (not self.ended and dead(self.db))

    @classmethod
    async def open(
        cls, name: str, database: "Database", scope: Scope, *, read_only: bool, serializable: bool
    ) -> "Participant":
        """Begin a transaction in `database` within `scope`; nothing stays open when that fails."""
        db, here = await database.begun(Mode(read_only, serializable), scope)
        return cls(name, database, db, scope, here)

    async def enter(self, scope: Scope) -> None:
        """Act within another scope from here on."""
        self.here = await enter(self.db, scope)
        self.entered = scope

    async def holds(self, code: str) -> bool:
        """Whether this database itself says that the bureau lives in it."""
        if code in self.entered.visible:
            return code in self.here
        kept = await self.db.scalar(select(bureau.c.database).where(bureau.c.code == code))
        return kept == self.name or (kept is None and self.name == SHARED)

    async def wrote(self) -> bool:
        """Whether the transaction changed anything; raises if it is broken already."""
        return bool(await self.db.scalar(_WROTE))

    async def prepare(self, gid: str) -> None:
        """First half of a commit of several: after it, only `finish` or `withdraw` of this gid ends it.

        Raises:
            RuntimeError: the transaction was broken already; it is rolled back then.
        """
        tag = await plain(self.db, f"prepare transaction '{gid}'")
        await end(self.db, "commit")  # tells driver and pool that no transaction runs here any more
        if tag != "PREPARE TRANSACTION":
            raise RuntimeError(f"{self.name}: {tag}")

    async def commit(self) -> None:
        """Commit and give the connection back."""
        try:
            await end(self.db, "commit")
        except Exception:
            await (self.abandon() if running(self.db) else self.roll_back())
            raise
        except BaseException:
            await kept_going(self.abandon())
            raise
        await self._close()

    async def roll_back(self) -> None:
        """Roll back and give the connection back; a connection that does not answer is thrown away."""
        if self.ended:
            return
        self._was_lost = dead(self.db)
        try:
            await end(self.db, "rollback")
        except Exception:
            await self.abandon()
        else:
            await self._close()

    async def abandon(self) -> None:
        """Throw the connection away: it may have stopped in the middle of the protocol."""
        if not self.ended:
            self._was_lost = self._was_lost or dead(self.db)
            self.ended = True
            await self._database.lose(self.db)

    async def _close(self) -> None:
        self.ended = True
        await self._database.give(self.db)


class Joining:
    """Stands for the control database's connection until the first statement; then it joins the unit.

    A unit of a bureau with its own database holds no connection of the control database unless it asks
    one: a district whose database hangs takes nothing from the others.
    """

    def __init__(self, join: Callable[[], Awaitable[AsyncConnection]], info: dict[str, Any]) -> None:
        self._join, self.info = join, info

    async def execute(self, *args: Any, **more: Any) -> Any:
        """As the connection's."""
        return await (await self._join()).execute(*args, **more)

    async def scalar(self, *args: Any, **more: Any) -> Any:
        """As the connection's."""
        return await (await self._join()).scalar(*args, **more)

    async def scalars(self, *args: Any, **more: Any) -> Any:
        """As the connection's."""
        return await (await self._join()).scalars(*args, **more)

    async def stream(self, *args: Any, **more: Any) -> Any:
        """As the connection's."""
        return await (await self._join()).stream(*args, **more)

    async def exec_driver_sql(self, *args: Any, **more: Any) -> Any:
        """As the connection's."""
        return await (await self._join()).exec_driver_sql(*args, **more)

    async def run_sync(self, *args: Any, **more: Any) -> Any:
        """As the connection's."""
        return await (await self._join()).run_sync(*args, **more)

    async def get_raw_connection(self) -> Any:
        """As the connection's."""
        return await (await self._join()).get_raw_connection()

    def begin_nested(self) -> "_Nested":
        """As the connection's: a savepoint, to be used with `async with`."""
        return _Nested(self._join)


class _Nested:
    def __init__(self, join: Callable[[], Awaitable[AsyncConnection]]) -> None:
        self._join = join
        self._inner: Any = None

    async def __aenter__(self) -> Any:
        self._inner = (await self._join()).begin_nested()
        return await self._inner.__aenter__()

    async def __aexit__(self, *error: Any) -> Any:
        return await self._inner.__aexit__(*error)


async def kept_going(work: Coroutine[Any, Any, None]) -> None:
    """Bring `work` to its end even if the waiting task is cancelled meanwhile; then be cancelled."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        raise
