"""Transactions with a scope. There is no other way to a connection of the app role."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import event, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from tenants.errors import TryAgain
from tenants.faults import neutral_errors
from tenants.identity import Expected, RoleKind, check_connection
from tenants.reaching import readable
from tenants.scope import Scope, settings

T = TypeVar("T")
_ENTER = text(
    "select set_config('app.bureau', :bureau, true), set_config('app.visible', :visible, true),"
    " set_config('app.subject', :subject, true), set_config('app.system', :system, true)"
)


async def enter(db: AsyncConnection, scope: Scope) -> None:
    """Set the scope of the running transaction (again, for jobs that act for two bureaus in one).

    The settings are transaction-local: commit, rollback and a lost connection all end them.
    """
    await db.execute(_ENTER, {name.removeprefix("app."): value for name, value in settings(scope).items()})


class Database:
    """One database reached as one role, behind a pool."""

    def __init__(self, engine: AsyncEngine, role: RoleKind) -> None:
        self._engine = engine
        self.role: RoleKind = role

    @classmethod
    async def connect(
        cls, url: str, *, role: RoleKind = "app", expected_identity: str | None, pool: int = 10
    ) -> "Database":
        """Open the pool; every new connection is checked before its first use.

        Raises:
            WrongRole: the role could step round row-level security.
            WrongDatabase: another identity row or schema version.
            NoConnection: the server cannot be reached, or refuses (NoDatabase, PasswordRefused).
        """
        engine = make_engine(url, pool_size=pool, max_overflow=pool)
        check = partial(_checked, expected=Expected(role, expected_identity))
        event.listen(engine.sync_engine, "connect", check)
        try:
            with readable(url):
                async with engine.connect():
                    pass
        except BaseException:
            await engine.dispose()
            raise
        return cls(engine, role)

    @asynccontextmanager
    async def unit(
        self, scope: Scope, *, read_only: bool = False, serializable: bool = False
    ) -> AsyncIterator[AsyncConnection]:
        """One transaction within `scope`: commits at the end, rolls back on any error.

        Raises:
            Conflict: a constraint refused a write (or a subclass, e.g. SecondDraw, TryAgain).
            OutOfScope: the database refused a row of another bureau.
        """
        if self.role == "portal":
            raise RuntimeError("the portal role has no scope; use public()")
        async with self._begin(read_only or self.role == "auditor", serializable) as db:
            await enter(db, scope)
            yield db

    @asynccontextmanager
    async def public(self) -> AsyncIterator[AsyncConnection]:
        """One READ ONLY transaction of the portal role; it sees published rows only."""
        if self.role != "portal":
            raise RuntimeError("public() needs the portal role")
        async with self._begin(True, False) as db:
            yield db

    async def serial(
        self, scope: Scope, work: Callable[[AsyncConnection], Awaitable[T]], tries: int = 5
    ) -> T:
        """Run `work` in a SERIALIZABLE unit, again from the start when two transactions met."""
        for left in range(tries - 1, -1, -1):
            try:
                async with self.unit(scope, serializable=True) as db:
                    return await work(db)
            except TryAgain:
                if not left:
                    raise
                await asyncio.sleep(0.02 * (tries - left))
        raise AssertionError("unreachable")

    async def close(self) -> None:
        """Close the pool."""
        await self._engine.dispose()

    @asynccontextmanager
    async def _begin(self, read_only: bool, serializable: bool) -> AsyncIterator[AsyncConnection]:
        with neutral_errors():
            async with self._engine.connect() as raw:
                db = await raw.execution_options(
                    isolation_level="SERIALIZABLE" if serializable else "READ COMMITTED",
                    postgresql_readonly=read_only,
                )
                try:
                    async with db.begin():
                        yield db
                except (asyncio.CancelledError, GeneratorExit):
                    # A cancelled request may stop in the middle of the protocol: never reuse its connection.
                    await asyncio.shield(db.invalidate())
                    raise


def make_engine(url: str, **pooling: Any) -> AsyncEngine:
    """Engine on asyncpg with exact JSON and without parameter values in error texts."""
    return create_async_engine(
        make_url(url).set(drivername="postgresql+asyncpg"),
        **pooling,
        hide_parameters=True,
        json_serializer=_dump,
        json_deserializer=json.loads,
    )


def _dump(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _checked(dbapi_connection: Any, _record: Any, *, expected: Expected) -> None:
    check_connection(dbapi_connection, expected)
