"""What row-level security costs a read by key: the product's role and policies, and the same without.

Both ask for one site by bureau and code. One is the application's role, whose rows the policies choose; the
other is a role whom no policy touches, with the predicate alone. The same prepared statement, the same way
to the server, one connection each, in turn. As a whole transaction the product tells the scope in the message
that begins it; the other only begins.
"""

import asyncio
from collections.abc import Iterator
from functools import partial
from statistics import median
from typing import Any

import asyncpg
from sqlalchemy.engine import make_url

from tenants.beginning import Mode, end
from tenants.driver import driver
from tenants.roles import administer
from tenants.scope import Scope
from tenants.session import Database

from .asking import in_turn
from .deployment import BIG, furnished, servers
from .meter import Figure
from .served import ONE, SET

SCOPE = Scope.own(BIG, "bench")
RUNS, WARM = 3000, 300
LIMIT = 0.15
BARE = "bare-secret"  # of a role on a throw-away server


def figures() -> Iterator[Figure]:
    with servers() as bench:
        made = asyncio.run(furnished(bench, "tenancy"))
        found = asyncio.run(_measure(made.database.app, bench.superuser))
    unit = "begin with the scope, query, commit; beside it begin, query, commit"
    for words, mine, theirs in (("the query alone", "rls", "bare"), (unit, "unit", "raw")):
        ours, other = median(found[mine]) * 1000, median(found[theirs]) * 1000
        beside = "without row-level security, the predicate alone"
        met = "met" if ours - other < LIMIT else "not met"
        yield Figure(f"a site by its key under row-level security: {words}", "wall ms", ours, beside, other,
                     f"< {LIMIT} ms more: {met}", f"{ours - other:+.3f} ms")  # fmt: skip


async def _measure(app: str, superuser: str) -> dict[str, list[float]]:
    ours = await asyncpg.connect(app)
    async with administer(superuser, "tenancy") as db:
        await db.exec_driver_sql(f"create role bare login bypassrls password '{BARE}'")
        await db.exec_driver_sql("grant connect on database tenancy to bare")
        await db.exec_driver_sql("grant usage on schema public to bare")
        await db.exec_driver_sql("grant select on site to bare")
    address = make_url(app).set(username="bare", password=BARE)
    bare = await asyncpg.connect(address.render_as_string(hide_password=False))
    async with ours.transaction(readonly=True), bare.transaction(readonly=True):
        await ours.execute(SET, BIG, f"{{{BIG}}}", "bench")
        statements = {"rls": await ours.prepare(ONE), "bare": await bare.prepare(ONE)}
        acts = {name: partial(one.fetchrow, [BIG], BIG, "S04711") for name, one in statements.items()}
        for act in acts.values():
            if await act() is None:
                raise SystemExit("no such site")
        alone = await in_turn(acts, RUNS, WARM)
    database = await Database.connect(app, expected_identity=None)
    whole = {"unit": partial(_unit, database), "raw": partial(_raw, bare)}
    found = alone | await in_turn(whole, RUNS, WARM)
    await database.close()
    await ours.close()
    await bare.close()
    return found


async def _unit(database: Database) -> None:
    """The product's own way to a transaction, and the same query on the driver's connection."""
    db, _ = await database.begun(Mode(read_only=True), SCOPE)
    raw = await driver(db)
    if await raw.fetchrow(ONE, [BIG], BIG, "S04711") is None:
        raise SystemExit("no such site")
    await end(db, "commit")
    await database.give(db)


async def _raw(db: Any) -> None:
    async with db.transaction(readonly=True):
        await db.fetchrow(ONE, [BIG], BIG, "S04711")
