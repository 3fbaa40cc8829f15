"""Prepared transactions whose unit died: settled by the decision in the control database, or its absence."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

import asyncpg
from sqlalchemy import delete, func, literal, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.entering import plain
from tenants.locks import hold, lock_key
from tenants.scope import Scope
from tenants.tables import unit_decision as t

if TYPE_CHECKING:
    from tenants.session import Database

SYSTEM = Scope.for_system()
KEPT = "1 day"  # decisions are forgotten after it, once no database has anything of theirs left
_PREPARED = text(
    "select gid from pg_prepared_xacts where database = current_database() and owner = current_user"
    " and starts_with(gid, :prefix) order by prepared"
)
_PATIENT = text("set local lock_timeout = 0")  # the outcome must be known; a statement's time ends it
_TRY = text("select pg_try_advisory_xact_lock(:key)")


@dataclass(frozen=True, slots=True)
class Gid:
    """Name of a prepared transaction: whose deployment's, which unit, in which database."""

    deployment: str
    unit: UUID
    database: str

    @property
    def text(self) -> str:
        """As PostgreSQL keeps it; made of letters that need no quoting."""
        return f"{prefix(self.deployment)}{self.unit.hex}:{self.database}"

    @classmethod
    def parse(cls, kept: str) -> "Gid":
        """The parts of a name this deployment gave."""
        _, deployment, unit, database = kept.split(":")
        return cls(deployment, UUID(unit), database)


@dataclass(frozen=True, slots=True)
class Settled:
    """What was found and done in one database.

    Attributes:
        committed: transactions whose unit had been decided.
        rolled_back: transactions whose unit died before.
        open: transactions whose unit is still under way.
    """

    committed: int = 0
    rolled_back: int = 0
    open: int = 0


def prefix(deployment: str) -> str:
    """What the names of all prepared transactions of a deployment begin with."""
    return f"shuangsui:{deployment}:"


async def resolve_in_doubt(control: "Database", own: "Database", deployment: str) -> Settled:
    """Settle every prepared transaction in `own` whose unit is not under way any more.

    Args:
        control: the control database.
        own: the database to clear.
        deployment: name of the control database's identity row.
    """
    done, gone, left = 0, 0, 0
    for gid in await prepared_in(own, deployment):
        async with control.unit(SYSTEM) as db:
            if not await db.scalar(_TRY, {"key": lock_key("unit", gid.unit.hex)}):
                left += 1  # its unit holds the lock: it is alive
                continue
            decided = await _decided(db, gid.unit)
            async with own.outside() as there:
                await finish(there, gid, commit=decided)
            done, gone = done + decided, gone + (not decided)
    return Settled(done, gone, left)


async def prepared_in(own: "Database", deployment: str) -> tuple[Gid, ...]:
    """Prepared transactions of this deployment in a database, oldest first."""
    async with own.unit(SYSTEM, read_only=True) as db:
        found = await db.scalars(_PREPARED, {"prefix": prefix(deployment)})
        return tuple(Gid.parse(gid) for gid in found)


async def finish(db: AsyncConnection, gid: Gid, *, commit: bool) -> None:
    """Commit or roll back a prepared transaction; nothing happens where somebody else did it already.

    Args:
        db: connection outside a transaction, of the role that prepared it.
        gid: its name.
        commit: which.
    """
    try:
        await plain(db, f"{'commit' if commit else 'rollback'} prepared '{gid.text}'")
    except asyncpg.UndefinedObjectError:
        return
    except asyncpg.ObjectNotInPrerequisiteStateError:  # somebody is at it this moment: wait for the outcome
        await plain(db, _WAIT.format(gid=gid.text))


_WAIT = """do $$ begin
  for n in 1 .. 500 loop
    if not exists (select from pg_prepared_xacts where gid = '{gid}') then return; end if;
    perform pg_sleep(0.01);
  end loop;
  raise exception 'still busy';
end $$"""


async def committed(control: "Database", unit: UUID) -> bool:
    """Whether the unit was decided; waits until its control transaction has ended either way."""
    async with control.unit(SYSTEM) as db:
        await db.execute(_PATIENT)
        await hold(db, "unit", unit.hex)
        return await _decided(db, unit)


async def forget_decisions(control: "Database", settled: Sequence[str]) -> int:
    """Delete old decisions whose databases were all settled just now; returns how many.

    Args:
        control: the control database.
        settled: names of the databases in which nothing is in doubt.
    """
    old = t.c.at < func.now() - text(f"interval '{KEPT}'")
    done = t.c.databases.bool_op("<@")(literal(list(settled), t.c.databases.type))
    async with control.unit(SYSTEM) as db:
        return int((await db.execute(delete(t).where(old, done))).rowcount)


async def _decided(db: AsyncConnection, unit: UUID) -> bool:
    return bool(await db.scalar(select(select(t.c.unit).where(t.c.unit == unit).exists())))
