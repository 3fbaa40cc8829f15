"""Is everything still there, and does it fit together? Asked after a restore, and whenever one doubts.

The public log was compared with its checkpoints when the wiring was opened (`LogKeeper.open`); here each
bureau is looked at where it lives.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from policies.errors import Problem
from services.jobs.orders import system_of
from services.moving.kept_errors import DatabaseDamaged
from services.moving.kept_waivers import compare_waivers
from services.moving.values import SYSTEM, place
from services.servers import Servers
from services.usecases.verify_journal import verify_journal
from services.work import App
from tenants import journal
from tenants.databases import Databases
from tenants.moving.copying import count_rows
from tenants.moving.probing import probe_seals
from tenants.moving.reach import opened
from tenants.replica import tree
from tenants.stores import log

_BROKEN = (SQLAlchemyError, OSError, ExceptionGroup)


@dataclass(frozen=True, slots=True)
class Kept:
    """One bureau, where it lives.

    Attributes:
        rows: in all tables. entries: of its journal; the chain fits as far as it goes.
        draws: whose sealed lists were opened and forgotten for a try.
        last: when its newest journal entry was written; None of an empty journal.
        problem: what does not fit, or cannot be read; None when everything fits.
    """

    bureau: str
    database: str
    rows: int = 0
    entries: int = 0
    draws: int = 0
    last: datetime | None = None
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class KeptReport:
    """Every bureau, and the public log: entries and the moment of the last one."""

    bureaus: tuple[Kept, ...]
    log_size: int
    log_last: datetime | None

    @property
    def whole(self) -> bool:
        """Nothing is wrong."""
        return not any(one.problem for one in self.bureaus)


async def verify_kept(
    app: App, databases: Databases, servers: Servers, told: Callable[[int, int, str], None]
) -> KeptReport:
    """Look at everything that is kept; a bureau that does not fit stops nobody.

    Args:
        told: gets how many are done, of how many, and the next.
    """
    async with databases.unit(SYSTEM, read_only=True) as db:
        homes = sorted((row["code"], row["database"]) for row in await tree(db))
        size = await log.size(db)
        last = (await log.entries(db, size - 1, size))[0].at if size else None
    found = []
    for n, (code, home) in enumerate(homes):
        told(n, len(homes), code)
        found.append(await _one(app, databases, servers, code, home))
    return KeptReport(tuple(found), size, last)


async def _one(app: App, databases: Databases, servers: Servers, code: str, home: str) -> Kept:
    try:
        async with opened(place(databases, servers, home), code, frozen=True) as db:
            rows, draws = await count_rows(db, code), await probe_seals(db, app.keys, code)
        async with app.work(system_of(code), read_only=True) as work:
            chain = await verify_journal(work, code)
            await compare_waivers(work, code)
            newest = await journal.entries(work.db, work.scope, code, chain.entries - 1, 1)
    except Problem as problem:
        return Kept(code, home, problem=problem)
    except _BROKEN as error:
        return Kept(code, home, problem=_told(error, home))
    return Kept(code, home, rows, chain.entries, draws, newest[0].at if newest else None)


def _told(error: Exception, home: str) -> Problem:
    """What stands for an error of the driver: its kind and state, never its message, which may quote rows.

    Anything else is a fault of ours and goes on as it is.
    """
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    if isinstance(error, Problem):
        return error
    if not isinstance(error, SQLAlchemyError | OSError):
        raise error
    cause = getattr(error, "orig", None) or error
    state = getattr(cause, "sqlstate", None) or ""
    return DatabaseDamaged(f"{type(cause).__name__} {state}".strip(), database=home)
