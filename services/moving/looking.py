"""How the databases of a deployment stand: what the operator's list shows."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import text

from services.moving.values import SYSTEM
from services.servers import Servers
from tenants.databases import Databases
from tenants.entering import SHARED
from tenants.in_doubt import prepared_in
from tenants.moving import records
from tenants.moving.rows import Move
from tenants.replica import tree
from tenants.session import Database
from tenants.unavailable import BureauUnavailable, State, reason
from tenants.urls import server_of


@dataclass(frozen=True, slots=True)
class Facts:
    """One database.

    Attributes:
        server: host and port; no role, no password.
        state: None while it works; told: the operator's line about its failure.
        identity: name in its identity row, "" while nobody can ask; a wrong one is in `told`.
        bureaus: codes of those that live there.
        moving: bureaus whose writes it refuses now.
        in_doubt: prepared transactions nobody has settled.
        milliseconds: of one round trip.
        same_tree: its copy of the bureaus is that of the control database.
    """

    name: str
    server: str
    bureaus: tuple[str, ...]
    state: State | None = None
    told: str = ""
    identity: str = ""
    schema: str = ""
    moving: tuple[str, ...] = ()
    in_doubt: int = 0
    milliseconds: float = 0.0
    same_tree: bool = True

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "name": self.name, "server": self.server, "state": self.state or "ok", "told": self.told,
            "identity": self.identity, "schema": self.schema, "bureaus": list(self.bureaus),
            "moving": list(self.moving), "in_doubt": self.in_doubt,
            "milliseconds": round(self.milliseconds, 2), "same_tree": self.same_tree,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Fleet:
    """All databases, the moves that did not end, and those whose old rows are still there."""

    databases: tuple[Facts, ...]
    unfinished: tuple[Move, ...]
    leftovers: tuple[Move, ...]


async def look(databases: Databases, servers: Servers) -> Fleet:
    """Ask every database, all at once; one that does not answer holds nobody up."""
    async with databases.unit(SYSTEM, read_only=True) as db:
        rows = await tree(db)
        unfinished, left = await records.unfinished(db, SYSTEM), await records.leftovers(db, SYSTEM)
    urls = {SHARED: servers.database.app} | {name: one.app for name, one in servers.own.items()}
    known = [Facts(name, server_of(url), _living(rows, name)) for name, url in urls.items()]
    strange = sorted({row["database"] for row in rows} - urls.keys())
    known += [Facts(name, "", _living(rows, name), "unknown", reason("unknown")) for name in strange]
    found = await asyncio.gather(*(_ask(databases, one, rows) for one in known))
    return Fleet(tuple(found), unfinished, left)


def _living(rows: Sequence[Mapping[str, Any]], name: str) -> tuple[str, ...]:
    return tuple(row["code"] for row in rows if row["database"] == name)


async def _ask(databases: Databases, facts: Facts, rows: Sequence[Mapping[str, Any]]) -> Facts:
    if facts.state is not None:
        return facts
    try:
        async with asyncio.timeout(3 * databases.limits.connect or None):
            return await _answer(databases, await databases.own(facts.name), facts, rows)
    except BureauUnavailable as error:
        told = {one.name: one.told for one in databases.status()}.get(facts.name, "")
        return replace(facts, state=error.state, told=told or reason(error.state))
    except TimeoutError:
        return replace(facts, state="slow", told=reason("slow"))
    except Exception as error:
        return replace(facts, state="failed", told=type(error).__name__)


async def _answer(
    databases: Databases, database: Database, facts: Facts, rows: Sequence[Mapping[str, Any]]
) -> Facts:
    clock = asyncio.get_running_loop().time
    async with database.unit(SYSTEM, read_only=True) as db:
        began = clock()
        name, schema = (await db.execute(_WHO)).one()
        took = (clock() - began) * 1000
        moving, same = await records.closed_gates(db, SYSTEM), list(await tree(db)) == list(rows)
    doubt = 0 if facts.name == SHARED else len(await prepared_in(database, databases.deployment))
    return replace(
        facts, identity=name, schema=schema, moving=moving, in_doubt=doubt, milliseconds=took, same_tree=same
    )


_WHO = text("select name, (select version_num from alembic_version) from database_identity")
