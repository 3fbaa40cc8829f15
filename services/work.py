"""What a use case is handed: who acts, within which scope, in which transaction."""

from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy.ext.asyncio import AsyncConnection

from policies import access
from policies.access_errors import Stranger
from policies.access_glass import looking
from policies.terms import Principal
from services.begun import Begun, Opened
from services.clock import Clock, SystemClock, today
from services.home import Home
from services.keys.alarm import raise_alarm
from services.looking import note_look
from services.seen import Seen
from services.settings import Settings
from tenants.databases import Databases
from tenants.key_errors import WrongKey
from tenants.participants import kept_going
from tenants.portals import Portals
from tenants.scope import Scope
from tenants.sealing import KeyProvider
from tenants.session import Database
from tenants.stores import bureaus
from tenants.units import Alone, Unit

if TYPE_CHECKING:
    from policies.rulebook.lawbook import Lawbook
    from services.tlog.keeper import LogKeeper


@dataclass(slots=True)
class Work:
    """One transaction of one person: commit on leaving without an error, else nothing happened.

    Attributes:
        principal: who acts; `auth_time` is on the clock of `app.clock`.
        scope: what the stores may read and write in this transaction.
        db: the open transaction in the database the bureau acted for lives in.
        app: everything wired once per process.
        unit: the transactions in all databases this work has named; they end together.
        reach: codes of the bureaus registered at or below the principal's own that this work was opened for;
            it stays the same `inside` another bureau.
        asked: actions for which somebody asked what may be shown; the web edge looks, see `seen`.
    """

    principal: Principal
    scope: Scope
    db: AsyncConnection
    app: "App"
    unit: Unit | Alone
    reach: tuple[str, ...] = ()
    asked: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.reach = self.reach or self.scope.visible

    @property
    def now(self) -> datetime:
        """The moment by the injected clock, aware, in UTC."""
        return self.app.clock.now()

    @property
    def today(self) -> date:
        """The calendar day in China."""
        return today(self.app.clock)

    @property
    def control(self) -> AsyncConnection:
        """The transaction in the deployment's control database: bureaus, members, log, witnesses."""
        return self.unit.control

    async def at(self, bureau: str) -> AsyncConnection:
        """The transaction in the database `bureau` lives in, within this scope; it joins this unit of work.

        Raises:
            BureauUnavailable: that database cannot be used now; this unit goes on without it.
        """
        return await self.unit.at(bureau)

    async def placed(self, bureaus: Iterable[str]) -> tuple[tuple[str, ...], ...]:
        """The bureaus in groups that live together: `at(group[0])` is the connection for a whole group."""
        return await self.unit.placed(bureaus)

    async def hold(self, bureau: str, *parts: str) -> None:
        """Wait for a lock in the database of `bureau`; it is freed once every database shows this unit.

        For locks that guard rows of several databases; for one database's rows: `tenants.locks.hold`.
        """
        await self.unit.hold(bureau, *parts)

    async def leave(self, bureau: str) -> None:
        """Go on without the database of `bureau`, after it failed or was too slow: nothing done there stays.

        The databases of the bureau acted for and of the deployment cannot be left.
        """
        await self.unit.leave(bureau)

    @asynccontextmanager
    async def attempt(self) -> AsyncIterator[None]:
        """An act that may be refused: then nothing of it stays in any database, and this unit goes on.

        For pages that show a refusal beside what else they show.
        """
        async with self.unit.attempt():
            yield

    @asynccontextmanager
    async def inside(self, bureau: str) -> AsyncIterator["Work"]:
        """This unit of work, acting for another bureau in its database, and back.

        Only use cases call it, after their own check of the matrix; one at a time. An error passes through:
        the whole unit is lost then, so there is no scope to restore.

        Raises:
            BureauUnavailable: that database cannot be used now; the unit itself goes on.
        """
        scope = replace(Scope.own(bureau, self.principal.subject), glass=self.scope.glass)
        async with self.unit.acting(scope, self.scope) as db:
            yield replace(self, scope=scope, db=db)

    def require(self, action: str, *, bureau: str | None = None, assigned: bool = False) -> access.Decision:
        """Move 1 of a use case: refuses unless the matrix allows; `bureau` defaults to the scope's own.

        Who stands above whom is asked of the register, never of the codes: a county run by its province
        bears the digits of a city that has no say in it.

        Raises:
            Forbidden, Stranger, StepUpNeeded: see `policies.access.require`.
        """
        target = bureau or self.scope.bureau
        return access.require(
            self.principal, action, bureau=target, assigned=assigned, now=self.now, path=self._path(target)
        )

    def seen(self, *actions: str, bureau: str | None = None, assigned: bool = False, role: str = "") -> Seen:
        """What the person is shown of a record of a bureau, by all the actions it is served under together.

        Args:
            bureau: whose record; defaults to the scope's own. assigned: the record is the person's own task.
            role: as which one it was assigned; "" = all the person's roles count together.
        """
        target = bureau or self.scope.bureau
        self.asked.update(actions)
        who = replace(self.principal, roles=self.principal.roles & {role}) if role else self.principal
        found = [
            access.sees(who, one, bureau=target, assigned=assigned, path=self._path(target))
            for one in actions
        ]
        return Seen(frozenset().union(*found))

    def _path(self, target: str) -> tuple[str, ...]:
        """From the principal's bureau down to another one, as registered; it alone where it is not below."""
        return (self.principal.bureau, target) if target in self.reach else (target,)


@dataclass(slots=True)
class App:
    """What is wired once per process; `services.wiring.open_app` makes it.

    Attributes:
        clock: the product's time, simulated in a demonstration.
        wall: the machine's time, for logins and sessions only: tokens and cookies age in real time.
        database, portal: connections as the application's role, and as the read-only public one; both go
            to the database a bureau lives in.
        keys: wraps data keys per bureau. book: the rules in force. log: keeper of the public draw log.
        redis: a `redis.asyncio` client; keys only through `services.web.keys.tenant_key`.
    """

    settings: Settings
    clock: Clock
    database: Databases | Database
    portal: Portals | Database
    keys: KeyProvider
    book: "Lawbook"
    home: Home
    log: "LogKeeper"
    redis: Any
    wall: Clock = field(default_factory=SystemClock)

    @asynccontextmanager
    async def work(
        self,
        principal: Principal,
        *,
        bureau: str | None = None,
        read_only: bool = False,
        serializable: bool = False,
        begun: Begun | None = None,
    ) -> AsyncIterator[Work]:
        """Opens one transaction for `principal`; READ ONLY, and noted first, for break-glass access.

        Args:
            principal: who acts, in the bureau of the session.
            bureau: act within this bureau's data instead of the own one; it must stand below the own one
                (a superior's witness in a county's draw). The use case still asks the matrix.
            read_only: a READ ONLY transaction.
            serializable: SERIALIZABLE instead of READ COMMITTED.
            begun: taken over if it is what is wanted, else closed.

        Raises:
            Stranger: `bureau` is not visible from the principal's own.
            GlassOver: break-glass access that has ended.
        """
        try:
            scope = await self.scope_of(principal, bureau)
            if scope.glass:
                await note_look(self, principal)
        except BaseException as error:  # a request cut here has nobody else who would end it
            if begun is not None:
                await kept_going(begun.close(error))
            raise
        opened: Opened = self.database.several(scope, read_only=read_only, serializable=serializable)
        if begun is not None and begun.fits(scope, read_only=read_only, serializable=serializable):
            opened = begun.taken()
        elif begun is not None:
            await begun.close()
        try:
            async with opened as unit:
                yield Work(principal, scope, unit.db, self, unit)
        except WrongKey as wrong:  # here, since every act that seals passes here
            raise_alarm(wrong)
            raise

    async def scope_of(self, principal: Principal, bureau: str | None = None) -> Scope:
        """The scope of a principal: own bureau, and what lies below it for city and province roles."""
        own = Scope(bureau=principal.bureau, visible=(principal.bureau,), subject=principal.subject)
        if looking(principal):
            if bureau not in (None, principal.bureau):
                raise Stranger(bureau)
            return replace(own, glass=True)
        if not principal.roles & access.SUBTREE_ROLES:
            if bureau not in (None, principal.bureau):
                raise Stranger(bureau)
            return own
        async with self.database.unit(Scope.login(principal.subject), read_only=True) as db:
            visible = await bureaus.visible_from(db, principal.bureau)
        if bureau in (None, principal.bureau):
            return Scope(bureau=principal.bureau, visible=visible, subject=principal.subject)
        if bureau not in visible:
            raise Stranger(bureau)
        return Scope(bureau=str(bureau), visible=(str(bureau),), subject=principal.subject)
