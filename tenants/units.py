"""One unit of work over several databases: joined when named, committed together or not at all."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, cast

from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.entering import PLACE, SHARED, Place, enter
from tenants.locks import hold
from tenants.participants import Joining, Participant, kept_going
from tenants.scope import Scope
from tenants.trouble import OutcomeUnknown, place_of, unanswered
from tenants.two_phase import commit_together
from tenants.unavailable import BureauUnavailable

if TYPE_CHECKING:
    from tenants.databases import Databases


class Elsewhere(Exception):
    """The bureau does not live where this process thought. Never leaves the package."""


class Alone:
    """The unit of a deployment whose bureaus all live in one database."""

    def __init__(self, db: AsyncConnection) -> None:
        self.db = self.control = db

    async def at(self, bureau: str) -> AsyncConnection:
        """Every bureau is here."""
        del bureau
        return self.db

    async def placed(self, bureaus: Iterable[str]) -> tuple[tuple[str, ...], ...]:
        """One group: all of them are here."""
        return (those,) if (those := tuple(bureaus)) else ()

    @asynccontextmanager
    async def acting(self, scope: Scope, back: Scope) -> AsyncIterator[AsyncConnection]:
        """Act within `scope`, then within `back` again."""
        await enter(self.db, scope)
        yield self.db
        await enter(self.db, back)

    async def look(self, scope: Scope, bureau: str) -> AsyncConnection:
        """From here on within `scope`, which need not act for any bureau."""
        del bureau
        await enter(self.db, scope)
        return self.db

    async def hold(self, bureau: str, *parts: str) -> None:
        """Wait for a lock and hold it until the unit has ended."""
        del bureau
        await hold(self.db, *parts)

    async def leave(self, bureau: str) -> None:
        """There is no other database to leave."""
        del bureau

    @asynccontextmanager
    async def attempt(self) -> AsyncIterator[None]:
        """What fails inside is undone, and the unit goes on."""
        async with self.db.begin_nested():
            yield

    async def share_bureaus(self) -> None:
        """There is no replica of the tree."""


class Unit:
    """The transactions of one unit of work.

    Attributes:
        db: in the database the bureau acted for lives in.
        control: in the deployment's control database; it joins with its first statement.
        scope: acted within now.
    """

    def __init__(
        self, databases: "Databases", scope: Scope, *, read_only: bool = False, serializable: bool = False
    ) -> None:
        self._databases, self.scope = databases, scope
        self._read_only, self._serializable = read_only, serializable
        self._joined: dict[str, Participant] = {}
        self._turns: dict[str, asyncio.Lock] = {}
        self.db: AsyncConnection
        self.control: AsyncConnection

    async def begin(self, name: str) -> None:
        """Open the home database. Raises Elsewhere, BureauUnavailable."""
        home = await self.join(name)
        if self.scope.bureau and not await home.holds(self.scope.bureau):
            raise Elsewhere
        self.db = home.db
        waiting = Joining(self._control, {PLACE: Place(SHARED, self._databases.dialect)})
        self.control = home.db if name == SHARED else cast("AsyncConnection", waiting)

    async def at(self, bureau: str) -> AsyncConnection:
        """The transaction in the database `bureau` lives in, within the scope acted in; it may join now.

        Several tasks may ask at once, for different databases. A refusal leaves the unit as it was.

        Raises:
            BureauUnavailable: that database cannot be used now.
        """
        return (await self._at(bureau)).db

    async def placed(self, bureaus: Iterable[str]) -> tuple[tuple[str, ...], ...]:
        """The bureaus in groups that live together, to be asked one database after the other.

        Where they live is read afresh for a group: a district that has moved would be missed in silence.
        """
        codes = tuple(bureaus)
        if len(codes) > 1 and self._databases.names:
            await self._databases.homes.refresh()
        return tuple((await self._databases.homes.grouped(codes)).values())

    @asynccontextmanager
    async def acting(self, scope: Scope, back: Scope) -> AsyncIterator[AsyncConnection]:
        """Act within `scope`, in the database its bureau lives in; then within `back` again.

        An error passes through: the whole unit is lost then. One at a time, not in parallel tasks.

        Raises:
            BureauUnavailable: that database cannot be used now; the unit goes on within `back`.
        """
        self.scope = scope
        try:
            there = await self._at(scope.bureau)
            await self._everywhere(scope, SHARED)
            yield there.db
        finally:
            self.scope = back
        await self._everywhere(back, *self._joined)

    async def look(self, scope: Scope, bureau: str) -> AsyncConnection:
        """From here on within `scope`, in the database `bureau` lives in; it need not act for any bureau.

        Raises:
            BureauUnavailable: that database cannot be used now.
        """
        self.scope = scope
        return await self.at(bureau)

    async def hold(self, bureau: str, *parts: str) -> None:
        """Wait for a lock in the database of `bureau` and hold it until every database shows this unit.

        For a lock that guards rows of several databases; everybody takes it where the same bureau lives.

        Raises:
            BureauUnavailable: that database cannot be used now.
        """
        there = await self._at(bureau)
        await hold(there.db, *parts)
        there.guards = True

    async def leave(self, bureau: str) -> None:
        """Give up the database of `bureau`: nothing done there in this unit stays; home and control stay.

        For views over many districts, after one of them failed or did not answer in time.
        """
        name = await self._databases.homes.of(bureau)
        part = self._joined.get(name)
        if part is not None and name != SHARED and part.db is not self.db:
            del self._joined[name]
            await kept_going(part.abandon())

    @asynccontextmanager
    async def attempt(self) -> AsyncIterator[None]:
        """What fails inside is undone in every database, and the unit goes on within the same scope.

        A database that joins inside, and is not the deployment's, is given up with the failure.
        """
        await self.join(SHARED)
        before = {name: (part, part.entered, part.here) for name, part in self._joined.items()}
        try:
            async with AsyncExitStack() as savepoints:
                for part, *_ in before.values():
                    await savepoints.enter_async_context(part.db.begin_nested())
                yield
        except Exception:
            for name in [*self._joined]:
                if name not in before:
                    await kept_going(self._joined.pop(name).abandon())
            for part, entered, here in before.values():
                part.entered, part.here = entered, here  # settings go back with their savepoint
            await self._everywhere(self.scope, *self._joined)
            raise

    async def share_bureaus(self) -> None:
        """Bring the tree of bureaus, as this unit has changed it, into every database within reach."""
        await self._databases.share_bureaus(self)

    async def join(self, name: str) -> Participant:
        """The transaction in the database of that name. Raises BureauUnavailable."""
        async with self._turns.setdefault(name, asyncio.Lock()):
            part = self._joined.get(name)
            if part is None:
                part = await self._databases.opened(
                    name, self.scope, read_only=self._read_only, serializable=self._serializable
                )
                self._joined[name] = part
            if part.entered != self.scope:
                await part.enter(self.scope)
            return part

    def suspect(self, error: BaseException) -> str:
        """Name of the database that an error of a lost connection is about, as far as can be told."""
        parts = list(self._joined.values())
        if (noted := place_of(error)) in self._joined:
            return str(noted)
        return next((p.name for p in parts if p.lost), parts[0].name if parts else SHARED)

    async def commit(self) -> None:
        """All of it, or none; every database shows it before this returns. Raises OutcomeUnknown."""
        parts = list(self._joined.values())
        if len(parts) == 1:
            await self._commit_alone(parts[0])
            return
        await kept_going(self._commit(parts))

    async def roll_back(self) -> None:
        """Nothing happened, anywhere."""
        for part in self._joined.values():
            await part.roll_back()

    async def abandon(self) -> None:
        """As `roll_back`, for a unit that was cut at an unknown point: its connections are thrown away."""
        await asyncio.gather(*(part.abandon() for part in self._joined.values()))

    async def _commit(self, parts: list[Participant]) -> None:
        """What was only read ends last: it may hold a lock that guards what the others wrote."""
        try:
            writers = [part for part in parts if not self._read_only and await part.wrote()]
            if len(writers) > 1:
                await self._commit_together(writers)
            for part in writers if len(writers) == 1 else ():
                await self._commit_alone(part)
        finally:
            await self.roll_back()

    async def _commit_alone(self, part: Participant) -> None:
        """A reader that is lost at its end loses nothing; a writer cannot know what became of its work."""
        try:
            await part.commit()
        except Exception as error:
            if self._read_only or not unanswered(error):
                raise
            raise OutcomeUnknown(error) from None

    async def _commit_together(self, writers: list[Participant]) -> None:
        control = self._joined.get(SHARED)
        if control is not None and control.guards:  # its lock must outlive the decision
            decision = await self._databases.deciding()
            await commit_together(self._databases, decision, writers)
            return
        control = control or await self.join(SHARED)
        await commit_together(self._databases, control, [part for part in writers if part is not control])

    async def _at(self, bureau: str) -> Participant:
        for _ in range(2):
            part = await self.join(await self._databases.homes.of(bureau))
            if await part.holds(bureau):
                return part
            await self._databases.look_again(part.name, bureau)
        raise BureauUnavailable(bureau, "moving")

    async def _control(self) -> AsyncConnection:
        return (await self.join(SHARED)).db

    async def _everywhere(self, scope: Scope, *names: str) -> None:
        for name in names:
            part = self._joined.get(name)
            if part is not None and not part.ended and part.entered != scope:
                await part.enter(scope)
