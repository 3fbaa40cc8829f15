"""The public's connections: published rows only, in whichever database a bureau lives."""

from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from functools import partial

from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.databases import connect_own
from tenants.entering import SHARED, Dialect, Place
from tenants.homes import Homes
from tenants.own import Own
from tenants.session import Database, Limits
from tenants.trouble import ControlUnavailable, crowded, lost, place_of
from tenants.unavailable import BureauUnavailable
from tenants.urls import DatabaseUrls


class Portals:
    """The deployment as the public role. It may not read where bureaus live, so it is told."""

    def __init__(self, control: Database, homes: Homes) -> None:
        self._control, self._homes = control, homes
        self._own: dict[str, Own] = {}

    @classmethod
    async def open(
        cls,
        shared: DatabaseUrls,
        own: Mapping[str, DatabaseUrls],
        homes: Homes,
        *,
        now: Callable[[], datetime],
        limits: Limits | None = None,
        dialect: Dialect = "postgresql",
    ) -> "Portals":
        """Open the shared database; the others when they are needed. Arguments as `Databases.open`."""
        limits = limits or Limits()
        control = await Database.connect(
            shared.portal,
            role="portal",
            expected_identity=shared.identity,
            place=Place(SHARED, dialect),
            limits=limits,
        )
        made = cls(control, homes)
        made._own = {
            name: Own(
                name,
                urls.portal,
                partial(connect_own, name, urls, "portal", limits, dialect),
                _answers,
                bureaus=partial(homes.living_in, name),
                now=now,
            )
            for name, urls in sorted(own.items())
        }
        return made

    @asynccontextmanager
    async def public(self, bureau: str = "") -> AsyncIterator[AsyncConnection]:
        """One READ ONLY transaction where `bureau` lives; in the control database when none is named.

        Raises:
            BureauUnavailable: that database cannot be used now.
            ControlUnavailable: the control database cannot.
        """
        name = await self._home(bureau) if bureau else SHARED
        database = self._control if name == SHARED else await self._known(name, bureau).get(bureau)
        async with AsyncExitStack() as stack:
            try:
                db = await stack.enter_async_context(database.public())
            except Exception as error:
                raise self._told(name, bureau, error) from None
            try:
                yield db
            except Exception as error:
                if not lost(error) or (place_of(error) or name) != name:
                    raise  # another transaction of the same request judges its own errors
                raise self._told(name, bureau, error) from None

    async def placed(self, bureaus: Iterable[str]) -> tuple[tuple[str, ...], ...]:
        """The bureaus in groups that live together: `public(group[0])` reads a whole group."""
        codes = tuple(bureaus)
        if codes:
            await self._home(codes[0])
        return tuple((await self._homes.grouped(codes)).values())

    async def close(self) -> None:
        """Close all pools."""
        for own in self._own.values():
            await own.close()
        await self._control.close()

    async def _home(self, bureau: str) -> str:
        try:
            return await self._homes.fresh(bureau)
        except Exception as error:
            if lost(error):
                raise ControlUnavailable from None
            raise

    def _told(self, name: str, bureau: str, error: Exception) -> Exception:
        """What people read. A new connection that is refused says too much: names of databases, of roles."""
        if name == SHARED:
            return ControlUnavailable() if lost(error) else error
        if crowded(error):
            return BureauUnavailable(bureau, "slow")
        return self._own[name].failed(error, bureau)

    def _known(self, name: str, bureau: str) -> Own:
        own = self._own.get(name)
        if own is None:
            raise BureauUnavailable(bureau, "unknown")
        return own


async def _answers(own: Own, database: Database) -> None:
    """Ask something: a pool that was good once may be dead."""
    del own
    async with database.public() as db:
        await db.exec_driver_sql("select 1")
