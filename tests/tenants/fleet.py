"""A deployment over three databases of one server: the shared one and two of bureaus' own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text

from tenants.databases import Databases
from tenants.roles import administer
from tenants.scope import Scope
from tenants.session import Limits
from tenants.urls import DatabaseUrls

from .story import COUNTY, OTHER

OWN = {"own1": COUNTY, "own2": OTHER}
QUICK = Limits(connect=3.0, statement=10.0)


@dataclass
class Fleet:
    """URLs of the three, and ways to look past every policy."""

    superuser: str
    shared: DatabaseUrls
    own: dict[str, DatabaseUrls] = field(default_factory=dict)

    @asynccontextmanager
    async def opened(self, **more: Any) -> AsyncIterator[Databases]:
        settings = {"now": lambda: datetime(2026, 1, 5, tzinfo=UTC), "limits": QUICK} | more
        made = await Databases.open(self.shared, self.own, **settings)
        try:
            yield made
        finally:
            await made.close()

    def urls(self, name: str) -> DatabaseUrls:
        return self.shared if name == "shared" else self.own[name]

    async def ask(self, name: str, sql: str, /, **params: Any) -> list[Any]:
        async with administer(self.superuser, self.urls(name).app.rsplit("/", 1)[1]) as db:
            result = await db.execute(text(sql), params)
            return list(result.all()) if result.returns_rows else []

    async def place(self, code: str, name: str) -> None:
        """The bureau lives in `name` from now on; rows do not move."""
        for one in ("shared", *self.own):
            await self.ask(one, "update bureau set database = :name where code = :code", name=name, code=code)

    async def prepared(self) -> int:
        sql = "select count(*) from pg_prepared_xacts where database = current_database()"
        return sum([(await self.ask(name, sql))[0][0] for name in ("shared", *self.own)])

    async def count(self, name: str, table: str) -> int:
        return int((await self.ask(name, f"select count(*) from {table}"))[0][0])


async def make_fleet(template: Any, identity: str) -> Fleet:
    fleet = Fleet(template.superuser, await template.clone())
    for name, code in OWN.items():
        urls = await template.clone()
        fleet.own[name] = DatabaseUrls(
            urls.migrator, urls.app, urls.auditor, urls.portal, f"{identity}/{name}"
        )
        await fleet.ask(name, "update database_identity set name = :name", name=f"{identity}/{name}")
        await fleet.place(code, name)
    for name, code in OWN.items():
        await fleet.place(code, name)
    return fleet


async def drop_fleet(template: Any, fleet: Fleet) -> None:
    for name in ("shared", *fleet.own):
        sql = "select gid from pg_prepared_xacts where database = current_database()"
        for (gid,) in await fleet.ask(name, sql):
            await fleet.ask(name, f"rollback prepared '{gid}'")
        await template.drop(fleet.urls(name))


SYSTEM = Scope.for_system()
