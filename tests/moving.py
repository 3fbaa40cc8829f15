"""A deployment over three databases in which a bureau moves; for the tests of moves."""

import shutil
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from types import MappingProxyType
from typing import Any

from sqlalchemy import text

from services.clock import SimulatedClock
from services.home import Home
from services.moving.values import MoveOrder, Progress
from services.servers import Servers
from services.tlog.keeper import LogKeeper
from services.usecases.forget_bureau import forget_bureau
from services.usecases.move_bureau import move_bureau
from services.work import App
from tenants import journal
from tenants.databases import Databases
from tenants.file_keys import LocalFileKeys
from tenants.moving.copying import count_rows
from tenants.moving.reach import opened
from tenants.moving.rows import Place
from tenants.moving.sums import sums_of
from tenants.portals import Portals
from tenants.roles import administer
from tenants.scope import Scope
from tenants.session import Limits
from tenants.stores import sites
from tenants.urls import DatabaseUrls
from tests.flows import ceremony as c

COUNTY, OTHER, CITY, OTHER_CITY = "411721", "150203", "411700", "150200"
numbers = count(1)


@dataclass
class Ground:
    """A deployment over three databases, and what the mover told."""

    app: App
    servers: Servers
    superuser: str
    name: str
    told: list[Progress] = field(default_factory=list)

    @property
    def databases(self) -> Databases:
        assert isinstance(self.app.database, Databases)
        return self.app.database

    def place(self, name: str) -> Place:
        return Place(name, self.servers.database if name == "shared" else self.servers.own[name])

    async def move(self, to: str, told: Any = None, code: str = COUNTY, **more: Any) -> Any:
        order = MoveOrder(code, to, "运维甲", **{"wait": 5.0, **more})
        return await move_bureau(self.app, self.servers, order, told or self.told.append)

    async def forget(self) -> Any:
        return await forget_bureau(self.app, self.databases, self.servers, COUNTY, "运维甲", self.told.append)

    async def rows(self, name: str, code: str = COUNTY) -> int:
        async with opened(self.place(name), code, frozen=True) as db:
            return await count_rows(db, code)

    async def sums(self, name: str, code: str = COUNTY) -> Any:
        async with opened(self.place(name), code, frozen=True) as db:
            return await sums_of(db, code)

    async def ask(self, name: str, sql: str, **params: Any) -> list[Any]:
        database = self.place(name).urls.app.rsplit("/", 1)[1]
        async with administer(self.superuser, database) as db:
            result = await db.execute(text(sql), params)
            return list(result.all()) if result.returns_rows else []

    async def home(self, code: str = COUNTY) -> set[str]:
        """What every database says."""
        asked = "select database from bureau where code = :code"
        return {(await self.ask(n, asked, code=code))[0][0] for n in NAMES}

    async def closed(self) -> list[Any]:
        return [await self.ask(n, "select bureau from bureau_gate where moving") for n in ("shared", "own1")]

    async def actions(self, code: str = COUNTY) -> list[str]:
        scope = Scope.own(code, "auditor")
        async with self.app.database.unit(scope, read_only=True) as db:
            assert await journal.verify_chain(db, scope, code)
            return [e.action for e in await journal.entries(db, scope, code, limit=1000)]


NAMES = ("shared", "own1", "own2")


async def stamped(superuser: str, home: Home) -> App:
    """A small deployment, closed again; every test moves in a copy of it."""
    living = c.LIVING.set({OTHER: "own1", OTHER_CITY: "own2"})
    async with c.small_deployment(superuser, home, home.root.name) as app:
        c.LIVING.reset(living)
    return app


@asynccontextmanager
async def ground_of(
    stamp: App, superuser: str, new_home: Any, more: Mapping[str, DatabaseUrls] = MappingProxyType({})
) -> AsyncIterator[Ground]:
    """A copy of its databases and its home, opened; `more`: further databases of bureaus' own."""
    n = next(numbers)
    async with administer(superuser) as db:
        for name in NAMES:
            base = stamp.home.root.name + ("" if name == "shared" else f"_{name}")
            await db.exec_driver_sql(
                f"create database move{n}_{name} template {base} owner shuangsui_migrator strategy file_copy"
            )
    at = {
        name: DatabaseUrls.beside(
            superuser, f"move{n}_{name}", c.PASSWORDS, c.IDENTITY + ("" if name == "shared" else f"/{name}")
        )
        for name in NAMES
    }
    shared, apart = at.pop("shared"), at | more
    clock = SimulatedClock(c.PLANNED)
    database = await Databases.open(shared, apart, now=clock.now, limits=Limits(3.0, 20.0))
    portal = await Portals.open(shared, apart, database.homes, now=clock.now)
    home = new_home(f"move{n}")
    shutil.copytree(stamp.home.root, home.root)
    log = await LogKeeper.open(database, home=home, origin=stamp.settings.log_origin, clock=clock)
    keys = LocalFileKeys(home.keys)
    app = replace(stamp, home=home, keys=keys, clock=clock, database=database, portal=portal, log=log)
    yield Ground(app, Servers(shared, "redis://unused", apart), superuser, f"move{n}")
    await portal.close()
    await database.close()


async def write(app: App, code: str, n: int) -> None:
    """One write as use cases do: a row and its journal entry."""
    scope = Scope.own(code, "keeper")
    async with app.database.unit(scope) as db:
        one = c.site(code, 900 + n)
        await sites.upsert(db, scope, [one], at=app.clock.now(), by="keeper", reason="写入")
        await journal.note(
            db, scope, actor=c.acting(app, code, "registry_keeper"), action="site.edit", target=one.code,
            before=None, after={"name": one.name}, at=app.clock.now(),
        )  # fmt: skip


async def read(app: App, code: str) -> int:
    scope = Scope.own(code, "keeper")
    async with app.database.unit(scope, read_only=True) as db:
        return len(await sites.all_of(db, scope, code))
