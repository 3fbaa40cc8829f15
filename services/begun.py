"""A transaction that was begun before anybody knew who reads in it: taken over once, or closed."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from tenants.databases import Databases
from tenants.scope import Scope
from tenants.session import Database
from tenants.units import Alone, Unit

Opened = AbstractAsyncContextManager[Unit | Alone]


class Begun:
    """A READ ONLY unit of work without a reader yet.

    Attributes:
        scope: what it may read. unit: its transactions.
    """

    def __init__(self, opened: Opened, unit: Unit | Alone, scope: Scope) -> None:
        self.unit, self.scope = unit, scope
        self._opened: Opened | None = opened

    @classmethod
    async def begin(cls, database: Databases | Database, scope: Scope) -> "Begun":
        """Begin it where the scope's bureau lives. Raises as `Databases.several`."""
        opened: Opened = database.several(scope, read_only=True)
        return cls(opened, await opened.__aenter__(), scope)

    def fits(self, scope: Scope, *, read_only: bool, serializable: bool) -> bool:
        """Whether a reader of that scope may have it."""
        return self._opened is not None and read_only and not serializable and self.scope == scope

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[Unit | Alone]:
        """The unit, for one reader: it ends with the block, as any other does."""
        opened, self._opened = self._opened, None
        if opened is None:
            raise RuntimeError("somebody has it already")
        try:
            yield self.unit
        except BaseException as error:
            if not await opened.__aexit__(type(error), error, error.__traceback__):
                raise
        else:
            await opened.__aexit__(None, None, None)

    async def close(self, error: BaseException | None = None) -> None:
        """End it if nobody has taken it; after an error its connection is given up where it has to be."""
        opened, self._opened = self._opened, None
        if opened is None:
            return
        if error is None:
            await opened.__aexit__(None, None, None)
            return
        try:
            await opened.__aexit__(type(error), error, error.__traceback__)
        except BaseException as again:
            if again is not error:
                raise
