"""Which database a bureau lives in: the control database's tree says; a process remembers it for a moment."""

import asyncio
from collections.abc import Iterable
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.entering import SHARED
from tenants.locks import hold
from tenants.scope import Scope
from tenants.tables import bureau

if TYPE_CHECKING:
    from tenants.session import Database


async def hold_homes(control: AsyncConnection) -> None:
    """Wait until nobody else changes or copies where bureaus live; until the transaction ends."""
    await hold(control, "homes")


class Homes:
    """Bureau code → name of its database, as last read.

    A stale answer does no harm to a unit of work: the database itself is asked on entering and sends it
    on. Readers that cannot ask (the public role) call `fresh` first.
    """

    def __init__(self, control: "Database") -> None:
        self._control = control
        self._map: dict[str, str] = {}
        self._read_at = float("-inf")
        self._turn = asyncio.Lock()

    async def of(self, code: str) -> str:
        """Name of the database the bureau lives in."""
        if self._read_at == float("-inf"):
            await self.refresh()
        return self._map.get(code, SHARED)

    async def fresh(self, code: str, seconds: float = 1.0) -> str:
        """As `of`, read again when the answer is older than `seconds`."""
        if asyncio.get_running_loop().time() - self._read_at > seconds:
            await self.refresh()
        return self._map.get(code, SHARED)

    async def refresh(self) -> None:
        """Read the map again."""
        async with self._turn, self._control.unit(Scope.login(""), read_only=True) as db:
            asked = select(bureau.c.code, bureau.c.database).where(bureau.c.database != SHARED)
            self._map = {row.code: row.database for row in await db.execute(asked)}
            self._read_at = asyncio.get_running_loop().time()

    def living_in(self, name: str) -> tuple[str, ...]:
        """Bureaus known to live in a database other than the shared one, sorted."""
        return tuple(sorted(code for code, home in self._map.items() if home == name))

    async def grouped(self, codes: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Name of a database → those of `codes` that live there, in the order given."""
        found: dict[str, list[str]] = {}
        for code in codes:
            found.setdefault(await self.of(code), []).append(code)
        return {name: tuple(those) for name, those in found.items()}
