"""The one function that tells the database whose transaction it is; two dialects of it.

Row-level security reads transaction-local settings. `app.visible` is what the transaction may read *here*:
bureaus that live in another database are taken out by the database's own tree of bureaus, so the rows a
move left behind are never seen. `app.everywhere` is the whole list; memberships, which stay in the control
database wherever the bureau lives, are read by it.
"""

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.driver import driver, pooled, told_alike
from tenants.scope import Scope, settings

SHARED = "shared"
PLACE = "shuangsui.place"
ENTERED = "shuangsui.entered"  # in the connection's info: the scope its last transaction was told
Dialect = Literal["postgresql", "citus"]
DIALECTS: tuple[Dialect, ...] = ("postgresql", "citus")

_OTHERS = """
 set_config('app.everywhere', $2, true), set_config('app.subject', $3, true),
 set_config('app.system', $4, true), set_config('statement_timeout', $5, true),
 set_config('lock_timeout', $6, true)
"""
_HERE = """
(select coalesce(array_agg(one.code order by one.n), '{}') as codes
 from unnest(cast(nullif($2, '') as text[])) with ordinality as one (code, n)
 where not exists (select from bureau b where b.code = one.code and b.database <> $7)) as here
"""
_ENTER = (
    "select set_config('app.bureau', $1, true), set_config('app.visible', here.codes::text, true),"  # noqa: S608
    f" {_OTHERS}, here.codes from {_HERE}"
)
_LOOK = text(
    "select coalesce(array_agg(one.code order by one.n), '{}')"
    " from unnest(cast(:visible as text[])) with ordinality as one (code, n)"
    " where not exists (select from bureau b where b.code = one.code and b.database <> :place)"
)


@dataclass(frozen=True, slots=True)
class Place:
    """What a connection knows about where it leads.

    Attributes:
        name: of the database, as in `bureau.database`.
        dialect: how settings are made.
        limit: milliseconds a statement may take, 0 = no limit.
        wait: milliseconds a statement may wait for a lock, 0 = no limit. Two units that wait for each other
            in two databases are a circle no server sees; the shorter wait ends it.
    """

    name: str = SHARED
    dialect: Dialect = "postgresql"
    limit: int = 0
    wait: int = 0


async def enter(db: AsyncConnection, scope: Scope) -> frozenset[str]:
    """Set the scope of the running transaction (again, for jobs that act for two bureaus in one).

    The settings are transaction-local: commit, rollback and a lost connection all end them.

    Returns:
        Codes of `scope.visible` that live in this database; unknown codes count as living here.
    """
    place: Place = db.info.get(PLACE) or Place()
    if place.dialect == "citus":
        asked = {"visible": list(scope.visible), "place": place.name}
        codes = (await db.execute(_LOOK, asked)).scalar_one()
        await _set_local(db, settings(scope) | {"app.visible": _array(codes)}, place)
        return frozenset(codes)
    raw = await driver(db)
    (await pooled(db)).info[ENTERED] = scope
    with told_alike(raw):
        return frozenset(await raw.fetchval(_ENTER, *told(scope, place), column=7))


def told(scope: Scope, place: Place) -> tuple[str, ...]:
    """What the database is told: bureau, bureaus visible anywhere, subject, system; limits; place."""
    values = settings(scope)
    own = (values[name] for name in ("app.bureau", "app.everywhere", "app.subject", "app.system"))
    return (*own, str(place.limit), str(place.wait), place.name)


async def _set_local(db: AsyncConnection, values: dict[str, str], place: Place) -> None:
    """For Citus: `select set_config()` stays on the coordinator, `SET LOCAL` goes to the workers."""
    lines = ["set local citus.propagate_set_commands = 'local'"]
    lines += [f"set local statement_timeout = {place.limit}", f"set local lock_timeout = {place.wait}"]
    lines += [f"set local {name} = {quoted(value)}" for name, value in values.items()]
    await plain(db, "; ".join(lines))


async def plain(db: AsyncConnection, sql: str) -> str:
    """Run statements without values as they stand, in one round trip; returns the last one's tag.

    The driver's errors come as they are (`tenants.faults` knows them).
    """
    raw: Any = (await pooled(db)).driver_connection
    return str(await raw.execute(sql))


def quoted(value: str) -> str:
    """A value as a literal, whatever `standard_conforming_strings` says."""
    if "\x00" in value:
        raise ValueError("a setting holds no NUL")
    escaped = value.replace("\\", "\\\\").replace("'", "''")
    return f"E'{escaped}'"


def _array(codes: list[str]) -> str:
    return "{" + ",".join(codes) + "}"
