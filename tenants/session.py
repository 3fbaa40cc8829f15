"""Transactions with a scope. There is no other way to a connection of the app role."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from functools import partial
from secrets import SystemRandom
from typing import Any, TypeVar

from sqlalchemy import event
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from tenants.beginning import Mode, begin, begin_within, end
from tenants.driver import known_at
from tenants.entering import PLACE, Place, enter
from tenants.errors import TryAgain
from tenants.faults import neutral_errors
from tenants.identity import Expected, RoleKind, check_connection
from tenants.lanes import Lane
from tenants.participants import kept_going
from tenants.reaching import readable
from tenants.scope import Scope
from tenants.trouble import about
from tenants.unavailable import BureauUnavailable
from tenants.units import Alone

__all__ = ["Database", "Limits", "enter", "make_engine", "serially"]

T = TypeVar("T")
_GRACE = 5.0  # seconds a server has to end a statement itself before the driver stops listening


@dataclass(frozen=True, slots=True)
class Limits:
    """How long to wait: seconds to connect, for one statement, a free connection, a lock; 0 = for ever."""

    connect: float = 5.0
    statement: float = 30.0
    queue: float = 30.0
    lock: float = 10.0


class Database:
    """One database reached as one role, behind a pool."""

    def __init__(self, engine: AsyncEngine, role: RoleKind, kept: int = 10) -> None:
        self._engine, self._lane = engine, Lane(engine, kept)
        self.role: RoleKind = role

    @property
    def names(self) -> tuple[str, ...]:
        """Names of databases beside this one that bureaus live in: none."""
        return ()

    @classmethod
    async def connect(
        cls,
        url: str,
        *,
        role: RoleKind = "app",
        expected_identity: str | None,
        pool: int = 10,
        place: Place | None = None,
        limits: Limits | None = None,
    ) -> "Database":
        """Open the pool; every new connection is checked before its first use.

        Args:
            url: connection string.
            role: what the role may be used for.
            expected_identity: name in the identity row; None = any.
            pool: connections kept; as many again on demand.
            place: which of the deployment's databases this is; left out, the shared one.
            limits: seconds to wait.

        Raises:
            WrongRole: the role could step round row-level security.
            WrongDatabase: another identity row or schema version.
            NoConnection: the server cannot be reached, or refuses (NoDatabase, PasswordRefused).
        """
        limits, place = limits or Limits(), place or Place()
        engine = make_engine(
            url, pool_size=pool, max_overflow=pool, pool_timeout=limits.queue, connect_args=_driver(limits)
        )
        expected = Expected(role, expected_identity, own=place.name != Place().name)
        told = replace(place, limit=round(limits.statement * 1000), wait=round(limits.lock * 1000))
        event.listen(engine.sync_engine, "connect", partial(_checked, expected=expected, place=told))
        event.listen(engine.sync_engine, "handle_error", partial(_noted, name=place.name))
        try:
            with readable(url):
                async with engine.connect():
                    pass
        except BaseException:
            await engine.dispose()
            raise
        return cls(engine, role, pool)

    @asynccontextmanager
    async def unit(
        self, scope: Scope, *, read_only: bool = False, serializable: bool = False
    ) -> AsyncIterator[AsyncConnection]:
        """One transaction within `scope`: commits at the end, rolls back on any error.

        Raises:
            Conflict: a constraint refused a write (or a subclass, e.g. SecondDraw, TryAgain).
            OutOfScope: the database refused a row of another bureau.
            BureauUnavailable: the bureau lives in another database.
        """
        if self.role == "portal":
            raise RuntimeError("the portal role has no scope; use public()")
        read_only = read_only or scope.glass or self.role == "auditor"
        async with self._begin(read_only, serializable, scope) as db:
            yield db

    @asynccontextmanager
    async def several(
        self, scope: Scope, *, read_only: bool = False, serializable: bool = False
    ) -> AsyncIterator[Alone]:
        """`unit` for callers that name other bureaus and the control database: all of them are here."""
        async with self.unit(scope, read_only=read_only, serializable=serializable) as db:
            yield Alone(db)

    @asynccontextmanager
    async def public(self, bureau: str = "") -> AsyncIterator[AsyncConnection]:
        """One READ ONLY transaction of the portal role; it sees published rows only.

        Args:
            bureau: whose rows; everybody's are here.
        """
        del bureau
        if self.role != "portal":
            raise RuntimeError("public() needs the portal role")
        async with self._begin(True, False) as db:
            yield db

    async def placed(self, bureaus: Iterable[str]) -> tuple[tuple[str, ...], ...]:
        """One group: all of them are here."""
        return (those,) if (those := tuple(bureaus)) else ()

    async def beside_control(self, bureau: str) -> bool:
        """Whether the bureau lives with the memberships: everybody does here."""
        del bureau
        return True

    async def serial(
        self, scope: Scope, work: Callable[[AsyncConnection], Awaitable[T]], tries: int = 5
    ) -> T:
        """Run `work` in a SERIALIZABLE unit, again from the start when two transactions met."""

        async def once() -> T:
            async with self.unit(scope, serializable=True) as db:
                return await work(db)

        return await serially(once, tries)

    async def begun(self, mode: Mode, scope: Scope | None = None) -> tuple[AsyncConnection, frozenset[str]]:
        """A connection with a transaction begun; the caller ends it, then `give`s or `lose`s the connection.

        Args:
            mode: how it runs.
            scope: whose it is; None for the public role.

        Returns:
            The connection, and the codes of `scope.visible` that live in this database.
        """
        db = await self._lane.take()
        try:
            if scope is not None:
                return db, await begin_within(db, mode, scope)
            await begin(db, mode)
        except BaseException:
            await kept_going(self._lane.lose(db))
            raise
        return db, frozenset()

    async def give(self, db: AsyncConnection) -> None:
        """Back into the pool: its transaction has ended."""
        await self._lane.give(db)

    async def lose(self, db: AsyncConnection) -> None:
        """Throw a connection away whose state nobody knows."""
        await self._lane.lose(db)

    @asynccontextmanager
    async def outside(self) -> AsyncIterator[AsyncConnection]:
        """A connection outside a transaction, for statements that want none (`tenants.entering.plain`)."""
        db = await self._lane.take()
        try:
            yield db
        except BaseException:
            await kept_going(self._lane.lose(db))
            raise
        await self._lane.give(db)

    async def close(self) -> None:
        """Close the pool."""
        await self._lane.close()
        await self._engine.dispose()

    @asynccontextmanager
    async def _begin(
        self, read_only: bool, serializable: bool, scope: Scope | None = None
    ) -> AsyncIterator[AsyncConnection]:
        with neutral_errors():
            db, here = await self.begun(Mode(read_only, serializable), scope)
            try:
                if scope is not None and scope.bureau and scope.bureau not in here:
                    raise BureauUnavailable(scope.bureau, "unknown")
                yield db
                await end(db, "commit")
            except (asyncio.CancelledError, GeneratorExit):
                # A cancelled request may stop in the middle of the protocol: never reuse its connection.
                await kept_going(self._lane.lose(db))
                raise
            except BaseException:
                await kept_going(self._rolled_back(db))
                raise
            await self._lane.give(db)

    async def _rolled_back(self, db: AsyncConnection) -> None:
        """Nothing happened; a connection that does not answer is thrown away."""
        try:
            async with asyncio.timeout(_GRACE):  # it may have been a silence that ended the transaction
                await end(db, "rollback")
        except Exception:
            await self._lane.lose(db)
        else:
            await self._lane.give(db)


_CHANCE = SystemRandom()


async def serially(once: Callable[[], Awaitable[T]], tries: int) -> T:
    """Run `once`, again from the start while it ends in TryAgain.

    The waits differ by chance: two that are in each other's way would else meet again at every try.
    """
    for left in range(tries - 1, -1, -1):
        try:
            return await once()
        except TryAgain:
            if not left:
                raise
            await asyncio.sleep(_CHANCE.uniform(0.005, 0.05) * (tries - left))
    raise AssertionError("unreachable")


def make_engine(url: str, **pooling: Any) -> AsyncEngine:
    """Engine on asyncpg with exact JSON and without parameter values in error texts."""
    return create_async_engine(
        make_url(url).set(drivername="postgresql+asyncpg"),
        **pooling,
        hide_parameters=True,
        json_serializer=_dump,
        json_deserializer=json.loads,
    )


def _driver(limits: Limits) -> dict[str, Any]:
    """The server ends a statement in time; the driver stops listening when the server itself is gone."""
    wait = limits.statement + _GRACE if limits.statement else None
    return {"timeout": limits.connect or None, "command_timeout": wait}


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _noted(context: Any, *, name: str) -> None:
    for error in filter(None, (context.original_exception, context.sqlalchemy_exception)):
        about(error, name)


def _checked(dbapi_connection: Any, record: Any, *, expected: Expected, place: Place) -> None:
    check_connection(dbapi_connection, expected)
    record.info[PLACE] = place
    known_at(dbapi_connection.driver_connection, place.name)
