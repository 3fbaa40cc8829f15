"""A province, its county, two cities, four districts; two of these live in databases of their own."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from policies.terms import Bureau, Principal
from services.demo.granting import give
from tenants.organisation_rows import KeyList
from tenants.records import JournalEntry
from tenants.roles import administer
from tenants.rows import DrawIntent, Membership
from tenants.scope import Scope
from tenants.stores import bureaus, draws, key_lists, officers, sites, superior_reads
from tests.deployed import SUBJECTS, Deployed

from . import ceremony

PROVINCE, CITY, OTHER = "410000", "411700", "411600"
NEAR, FAR = "411721", "411722"  # of CITY; FAR in a database of its own
NEAR2, FAR2 = "411621", "411622"  # of OTHER
LONE = "411790"  # run by the province, though its digits are the city's
GHOST = "411799"  # the city's digits again, and no such bureau
DISTRICTS = (NEAR, FAR, NEAR2, FAR2, LONE)
APART = {FAR: "own1", FAR2: "own2"}
NEW = (
    Bureau(OTHER, "周口市生态环境局", "city", PROVINCE),
    Bureau(FAR, "驻马店市生态环境局上蔡分局", "county", CITY),
    Bureau(NEAR2, "周口市生态环境局扶沟分局", "county", OTHER),
    Bureau(FAR2, "周口市生态环境局西华分局", "county", OTHER),
    Bureau(LONE, "示例县生态环境局（省直管）", "county", PROVINCE),
)
ABOVE = {"auditor": "city_auditor", "supervisor": "supervisor", "cdrawer": "city_drawer"}
ROLES = ABOVE | {"head": "bureau_head"}
PERIOD = "2026Q1"
LIST = UUID("00000000-0000-8000-8000-0000000000a1")  # a key list of every district
TAKE = {NEAR: 11, FAR: 22, NEAR2: 33, FAR2: 44, LONE: 55}


def login(bureau: str, post: str) -> str:
    """The bearer token and subject of a person of the tree."""
    return f"tree-{bureau}-{post}"


@dataclass
class Tree:
    """The site over the tree."""

    site: Deployed
    superuser: str
    name: str

    def who(self, bureau: str, post: str) -> Principal:
        now = int(self.site.clock.now().timestamp())
        named = login(bureau, post)
        return Principal(named, named, bureau, frozenset({ROLES[post]}), 2, now)

    async def reads(self, bureau: str) -> tuple[JournalEntry, ...]:
        """What the bureau's journal says of its superiors, newest first."""
        scope = Scope.own(bureau, "tests")
        async with self.site.app.database.unit(scope, read_only=True) as db:
            return await superior_reads.of_bureau(db, scope, bureau, limit=100_000)

    async def counts(self) -> dict[str, int]:
        return {code: len(await self.reads(code)) for code in (*DISTRICTS, CITY, OTHER, PROVINCE)}

    async def counts_of(self, code: str) -> int:
        return len(await self.reads(code))

    async def get(self, token: str, path: str, **query: Any) -> Any:
        return await self.site.program(token).get(path, params=query)

    @asynccontextmanager
    async def down(self, bureau: str) -> AsyncIterator[None]:
        """The district's own database takes no connection, and loses those it has."""
        name = f"{self.name}_{APART[bureau]}"
        cut = "select pg_terminate_backend(pid) from pg_stat_activity where datname = '{}'"
        async with administer(self.superuser) as db:
            await db.exec_driver_sql(f'alter database "{name}" allow_connections false')
            await db.exec_driver_sql(cut.format(name))
        try:
            yield
        finally:
            async with administer(self.superuser) as db:
                await db.exec_driver_sql(f'alter database "{name}" allow_connections true')
            await self.site.app.database.look_after()  # type: ignore[union-attr]


async def planted(site: Deployed) -> None:
    """Bureaus, people, small rosters, and a list of the platform in every district."""
    app = site.app
    async with app.database.several(Scope.for_system()) as unit:
        for bureau in NEW:
            await bureaus.put(unit.control, bureau)
        for code, name in APART.items():
            await bureaus.place(unit.control, code, name)
        await unit.share_bureaus()
    await app.database.look_after()  # type: ignore[union-attr]
    posts = [(code, post) for code in (PROVINCE, CITY, OTHER) for post in ABOVE]
    for code, post in [*posts, *((code, "head") for code in DISTRICTS)]:
        named, scope = login(code, post), Scope.own(code, "tests")
        SUBJECTS[named] = named
        async with app.database.several(scope) as unit:
            row = Membership(code, named, ROLES[post], f"测试·{named}", date(2025, 1, 1))
            await give(unit.control, scope, row)
    for code in DISTRICTS:
        scope = Scope.own(code, "tests")
        intent = DrawIntent(code, "routine", "routine", PERIOD, "platform")
        summary = {"strata": [{"id": "general", "least": TAKE[code] - 1, "take": TAKE[code], "size": 99}]}
        async with app.database.unit(scope) as db:
            roster = [ceremony.site(code, n) for n in range(5)]
            await sites.upsert(db, scope, roster, at=app.clock.now(), by="tests", reason="tests")
            await draws.take_in(db, scope, intent, app.clock.now(), summary)
            people = [ceremony.officer(code, n) for n in range(3)]
            await officers.upsert(db, scope, people, at=app.clock.now(), by="tests", reason="tests")
            await key_lists.put(db, scope, _list_of(code, app.clock.now()), ())


def _list_of(bureau: str, at: datetime) -> KeyList:
    issued = date(2026, 3, 20)
    return KeyList(bureau, LIST, 2026, "whole", "示例名录", issued, "a.xlsx", "0" * 64, 0, at, "tests")
