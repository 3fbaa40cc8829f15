"""A bureau's own database as this process sees it: reached when first needed, given up on, tried again."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.engine import make_url

from policies.errors import Problem
from tenants.session import Database
from tenants.unavailable import BureauUnavailable, State, state_of

LOG = logging.getLogger("shuangsui.databases")
REVIVE = 20.0  # seconds to connect, settle what is in doubt and bring the tree up
CLOSING = 10.0  # seconds for a pool to say farewell to a server that may not listen
REST = 3.0  # seconds after a failure in which nobody tries again
_LOUD: frozenset[State] = frozenset({"identity", "refused", "prepared"})


@dataclass(frozen=True, slots=True)
class OwnStatus:
    """What an operator may know of a database; no role, no password.

    Attributes:
        name: as in `bureau.database`.
        server: host and port.
        state: None while it works.
        told: the operator's line about the failure, "" while it works.
        since: when the failure was first seen.
    """

    name: str
    server: str
    state: State | None = None
    told: str = ""
    since: datetime | None = None


class Own:
    """One own database behind a breaker: a failure is answered at once for a while, then tried again."""

    def __init__(
        self,
        name: str,
        url: str,
        connect: Callable[[], Awaitable[Database]],
        ready: Callable[["Own", Database], Awaitable[None]],
        *,
        bureaus: Callable[[], tuple[str, ...]],
        now: Callable[[], datetime],
    ) -> None:
        target = make_url(url)
        self._status = OwnStatus(name, f"{target.host or 'localhost'}:{target.port or 5432}")
        self._connect, self._ready, self._bureaus, self._now = connect, ready, bureaus, now
        self._database: Database | None = None
        self._sound = self._trying = self._spoiled = False
        self._leaving: set[asyncio.Task[None]] = set()
        self._rest_until = float("-inf")
        self._turn = asyncio.Lock()
        self.name = name

    @property
    def status(self) -> OwnStatus:
        """How it stands, as last seen."""
        return self._status

    async def get(self, bureau: str = "—") -> Database:
        """The database, checked since it last failed.

        Args:
            bureau: whom the answer is about when it fails.

        Raises:
            BureauUnavailable: it cannot be used now.
        """
        if self._sound and self._database is not None:
            return self._database
        self._refuse_while_resting(bureau)
        async with self._turn:
            if self._sound and self._database is not None:
                return self._database
            self._refuse_while_resting(bureau)
            self._trying = True
            try:
                return await self._revive(bureau)
            finally:
                self._trying = False

    async def again(self) -> Database:
        """Try now, whatever happened a moment ago. Raises BureauUnavailable."""
        self._sound, self._rest_until = False, float("-inf")
        return await self.get()

    def doubt(self) -> None:
        """Something is left undecided there: settle it before the next use."""
        self._sound = False

    def failed(self, error: BaseException, bureau: str = "—") -> BureauUnavailable:
        """Note a failure; returns what to tell the bureau's people."""
        state = state_of(error)
        told = error.line("en") if isinstance(error, Problem) else type(error).__name__
        if state != self._status.state:
            line = "ALARM: the database %s (%s) of %s serves nobody: %s"
            log = LOG.critical if state in _LOUD else LOG.error
            log(line, self.name, self._status.server, ", ".join(self._bureaus()) or "no bureau", told)
            self._status = OwnStatus(self.name, self._status.server, state, told, self._now())
        self._sound, self._spoiled = False, True
        self._rest_until = asyncio.get_running_loop().time() + REST
        return BureauUnavailable(bureau, state, self._status.since)

    async def close(self) -> None:
        """Close the pool."""
        self._sound = False
        if self._database is not None:
            self._leave(self._database)
            self._database = None
        if self._leaving:
            await asyncio.wait(self._leaving)

    def _leave(self, database: Database) -> None:
        """Close a pool beside everything else: one that got no answer any more would make others wait."""
        task = asyncio.create_task(_closed(database))
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)

    def _refuse_while_resting(self, bureau: str) -> None:
        """Nobody waits for a database that failed a moment ago, or that somebody is just trying again."""
        resting = asyncio.get_running_loop().time() < self._rest_until
        if self._status.state and (resting or self._trying):
            raise BureauUnavailable(bureau, self._status.state, self._status.since)

    async def _revive(self, bureau: str) -> Database:
        try:
            async with asyncio.timeout(REVIVE):
                if self._spoiled and self._database is not None:  # its connections may lead nowhere
                    self._leave(self._database)
                    self._database = None
                database = self._database or await self._connect()
                self._database, self._spoiled = database, False
                await self._ready(self, database)
        except Exception as error:
            raise self.failed(error, bureau) from None
        if self._status.state:
            LOG.warning("the database %s works again", self.name)
        self._status = OwnStatus(self.name, self._status.server)
        self._sound = True
        return database


async def _closed(database: Database) -> None:
    with suppress(Exception):
        async with asyncio.timeout(CLOSING):
            await database.close()
