"""All databases of a deployment: the shared one, which is the control database, and the bureaus' own."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TypeVar

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.entering import SHARED, Dialect, Place, enter
from tenants.errors import NoTwoPhase
from tenants.faults import neutral_errors
from tenants.homes import Homes, hold_homes
from tenants.in_doubt import Settled, forget_decisions, resolve_in_doubt
from tenants.own import Own, OwnStatus
from tenants.participants import Participant, kept_going
from tenants.replica import SYSTEM, bring_up, tree, write_tree
from tenants.scope import Scope
from tenants.session import Database, Limits, serially
from tenants.trouble import ControlUnavailable, OutcomeUnknown, crowded, lost, met, slow
from tenants.unavailable import BureauUnavailable
from tenants.units import Elsewhere, Unit
from tenants.urls import DatabaseUrls

T = TypeVar("T")
DECIDING = 2  # connections kept for decisions of their own
POOL = 5  # connections kept to an own database; as many again on demand
TRIES = 3
_MAY_PREPARE = text("select current_setting('max_prepared_transactions')::int > 0")


class Databases:
    """The deployment as the application's role; a unit begins in the database its bureau lives in.

    Attributes:
        control: the shared database.
        homes: which bureau lives where.
        deployment: name of the control database's identity row.
        step: told each step of a commit in several databases; tests die in it.
    """

    def __init__(self, control: Database, deployment: str, limits: Limits, dialect: Dialect) -> None:
        self.control, self.deployment = control, deployment
        self.limits, self.dialect = limits, dialect
        self.homes = Homes(control)
        self.step: Callable[[str], None] = lambda _: None
        self._own: dict[str, Own] = {}
        self._decide: Callable[[], Awaitable[Database]]
        self._deciding: Database | None = None
        self._turn = asyncio.Lock()

    @classmethod
    async def open(
        cls,
        shared: DatabaseUrls,
        own: Mapping[str, DatabaseUrls],
        *,
        now: Callable[[], datetime],
        limits: Limits | None = None,
        dialect: Dialect = "postgresql",
    ) -> "Databases":
        """Open the shared database, try the others; one that fails is tried again when it is needed.

        Args:
            shared: URLs of the control database.
            own: name → URLs of the databases bureaus may live in.
            now: the moment, aware; for "unavailable since".
            limits: seconds to wait.
            dialect: how settings are made.

        Raises:
            WrongRole, WrongDatabase, NoConnection: of the shared database only.
        """
        limits, place = limits or Limits(), Place(SHARED, dialect)
        connect = partial(
            Database.connect, shared.app, expected_identity=shared.identity, place=place, limits=limits
        )
        made = cls(await connect(), shared.identity, limits, dialect)
        made._decide = partial(connect, pool=DECIDING)
        made._own = {
            name: Own(
                name,
                urls.app,
                partial(connect_own, name, urls, "app", limits, dialect),
                made._ready,
                bureaus=partial(made.homes.living_in, name),
                now=now,
            )
            for name, urls in sorted(own.items())
        }
        try:
            await made.look_after()
        except BaseException:
            await made.close()
            raise
        return made

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the own databases this process knows, sorted."""
        return tuple(self._own)

    def status(self) -> tuple[OwnStatus, ...]:
        """How each own database stands, as last seen."""
        return tuple(own.status for own in self._own.values())

    async def own(self, name: str) -> Database:
        """A database by name, for the operator's work on it ("shared" too). Raises BureauUnavailable."""
        if name == SHARED:
            return self.control
        return await self._known(name, "—").get()

    @asynccontextmanager
    async def several(
        self, scope: Scope, *, read_only: bool = False, serializable: bool = False
    ) -> AsyncIterator[Unit]:
        """One unit of work: commits at the end in every database it joined, rolls back on any error.

        Raises:
            Conflict, OutOfScope: as `Database.unit`.
            BureauUnavailable: the database of the scope's bureau cannot be used now.
            ControlUnavailable: the control database cannot.
            OutcomeUnknown: one was lost while it committed.
        """
        with neutral_errors():
            unit = await self._begun(scope, read_only, serializable)
            try:
                yield unit
                await unit.commit()
            except (asyncio.CancelledError, GeneratorExit):
                # A cancelled request may stop in the middle of the protocol: never reuse its connections.
                await kept_going(unit.abandon())
                raise
            except BaseException as error:
                told = self._told(unit, error)
                await kept_going(unit.abandon() if told or slow(error) else unit.roll_back())
                if told is None:
                    raise
                raise told from None

    @asynccontextmanager
    async def unit(
        self, scope: Scope, *, read_only: bool = False, serializable: bool = False
    ) -> AsyncIterator[AsyncConnection]:
        """The home database's transaction of `several`, for work that touches no other."""
        async with self.several(scope, read_only=read_only, serializable=serializable) as unit:
            yield unit.db

    async def beside_control(self, bureau: str) -> bool:
        """Whether the bureau lives in the control database, as far as this process knows."""
        return not self._own or await self.homes.of(bureau) == SHARED

    async def serial(
        self, scope: Scope, work: Callable[[AsyncConnection], Awaitable[T]], tries: int = 5
    ) -> T:
        """Run `work` in a SERIALIZABLE unit, again from the start when two transactions met."""

        async def once() -> T:
            async with self.unit(scope, serializable=True) as db:
                return await work(db)

        return await serially(once, tries)

    async def look_after(self, *, at_once: bool = False) -> dict[str, Settled | BureauUnavailable]:
        """What has to be done again and again: try what failed, settle what died half-way, copy the tree.

        Args:
            at_once: try also what failed a moment ago, and check even what works.

        Returns:
            Name of each database → what was settled there, or why it cannot be used.
        """
        await self.homes.refresh()
        done: dict[str, Settled | BureauUnavailable] = {}
        if self._own:
            done[SHARED] = await resolve_in_doubt(self.control, self.control, self.deployment)
        found = await asyncio.gather(*(self._look_after(own, at_once) for own in self._own.values()))
        done |= dict(zip(self._own, found, strict=True))
        clear = [name for name, one in done.items() if isinstance(one, Settled) and not one.open]
        if clear:
            await forget_decisions(self.control, clear)
        return done

    async def share_bureaus(self, unit: Unit) -> None:
        """Bring the tree as `unit` sees it into every database within reach; the rest get it on return."""
        if not self._own:
            return
        control = await unit.join(SHARED)
        await hold_homes(control.db)
        rows = await tree(control.db)
        for name, own in self._own.items():
            if own.status.state is None:
                part = await unit.join(name)
                await enter(part.db, SYSTEM)
                await write_tree(part.db, rows)
                await part.enter(unit.scope)

    async def opened(self, name: str, scope: Scope, *, read_only: bool, serializable: bool) -> Participant:
        """A transaction in the database of that name. Raises BureauUnavailable, ControlUnavailable."""
        mode = {"read_only": read_only, "serializable": serializable}
        if name == SHARED:
            return await self._open_control(scope, mode)
        whose = self._whose(name, scope)
        own = self._known(name, whose)
        database = await own.get(whose)
        try:
            async with asyncio.timeout(2 * self.limits.connect or None):
                return await _begin(name, database, scope, mode)
        except Exception as error:
            if met(error):  # nothing wrong with the database: a SERIALIZABLE transaction has to begin again
                raise
            if crowded(error):
                raise BureauUnavailable(whose, "slow") from None
            raise own.failed(error, whose) from None

    async def look_again(self, name: str, bureau: str) -> None:
        """The database said that the bureau lives elsewhere: read the map again, or bring its copy up."""
        await self.homes.refresh()
        if name != SHARED and await self.homes.of(bureau) == name:
            await self._known(name, bureau).again()

    def doubt(self, names: Mapping[str, object] | list[str]) -> None:
        """Something is left undecided in these databases: settle it before their next use."""
        for name in names:
            if name in self._own:
                self._own[name].doubt()

    async def deciding(self) -> Participant:
        """A second transaction of the control database, from connections nobody else waits for."""
        async with self._turn:
            if self._deciding is None:
                self._deciding = await self._decide()
        mode = {"read_only": False, "serializable": False}
        return await _begin(SHARED, self._deciding, SYSTEM, mode)

    async def close(self) -> None:
        """Close all pools."""
        for own in self._own.values():
            await own.close()
        if self._deciding is not None:
            await self._deciding.close()
        await self.control.close()

    async def _open_control(self, scope: Scope, mode: dict[str, bool]) -> Participant:
        try:
            return await _begin(SHARED, self.control, scope, mode)
        except Exception as error:
            if lost(error):
                raise ControlUnavailable from None
            raise

    async def _begun(self, scope: Scope, read_only: bool, serializable: bool) -> Unit:
        for left in range(TRIES - 1, -1, -1):
            unit = Unit(self, scope, read_only=read_only or scope.glass, serializable=serializable)
            name = await self._home(scope)
            try:
                await unit.begin(name)
            except Elsewhere:
                await kept_going(unit.roll_back())
                await self.look_again(name, scope.bureau)
            except BureauUnavailable:
                await self.homes.refresh()  # it may have left a database that died
                if not left or name == await self._home(scope):
                    raise
            except BaseException:
                await kept_going(unit.abandon())
                raise
            else:
                return unit
        raise BureauUnavailable(scope.bureau, "moving")

    async def _home(self, scope: Scope) -> str:
        try:
            return await self.homes.of(scope.bureau) if scope.bureau else SHARED
        except Exception as error:
            if lost(error):
                raise ControlUnavailable from None
            raise

    async def _ready(self, own: Own, database: Database) -> None:
        del own
        await self._check_control()
        await resolve_in_doubt(self.control, database, self.deployment)
        await bring_up(self.control, database)

    async def _check_control(self) -> None:
        """Units over several databases may need the control database to prepare, too."""
        async with self.control.unit(SYSTEM, read_only=True) as db:
            if await db.scalar(_MAY_PREPARE):
                return
        raise NoTwoPhase("max_prepared_transactions = 0", wanted="max_prepared_transactions > 0")

    async def _look_after(self, own: Own, at_once: bool) -> Settled | BureauUnavailable:
        try:
            database = await (own.again() if at_once else own.get())
            return await resolve_in_doubt(self.control, database, self.deployment)
        except BureauUnavailable as error:
            return error
        except Exception as error:
            return own.failed(error)

    def _known(self, name: str, bureau: str) -> Own:
        own = self._own.get(name)
        if own is None:
            raise BureauUnavailable(bureau, "unknown")
        return own

    def _told(self, unit: Unit, error: BaseException) -> Exception | None:
        """What a lost database is called towards people; None when it was something else."""
        if isinstance(error, OutcomeUnknown):
            if error.cause is not None:
                self._told(unit, error.cause)  # notes which database is gone
            return error
        if not lost(error):
            return None
        name = unit.suspect(error)
        if name == SHARED:
            return ControlUnavailable()
        whose = self._whose(name, unit.scope)
        if crowded(error):
            return BureauUnavailable(whose, "slow")
        return self._own[name].failed(error, whose)

    def _whose(self, name: str, scope: Scope) -> str:
        """Whom a database's failure is told about: the bureau acted for, or a visible one living there."""
        there = self.homes.living_in(name)
        return next((code for code in (scope.bureau, *scope.visible) if code in there), scope.bureau)


async def _begin(name: str, database: Database, scope: Scope, mode: dict[str, bool]) -> Participant:
    """A transaction; once more when the connection had died in the pool since its last use."""
    try:
        return await Participant.open(name, database, scope, **mode)
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
    return await Participant.open(name, database, scope, **mode)


async def connect_own(name: str, urls: DatabaseUrls, role: str, limits: Limits, dialect: Dialect) -> Database:
    """A pool of an own database, as the application's or the public role."""
    return await Database.connect(
        urls.portal if role == "portal" else urls.app,
        role="portal" if role == "portal" else "app",
        expected_identity=urls.identity,
        pool=POOL,
        place=Place(name, dialect),
        limits=replace(limits, queue=limits.connect),
    )
