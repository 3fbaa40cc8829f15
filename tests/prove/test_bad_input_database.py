"""A bureau's database that hangs, breaks off, forgets its callers, is gone or is at an old migration.

Its people read why, within the time the operator set; everybody else is served meanwhile; once it is back,
so are they, and nobody has to do anything.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from services.embedded import PostgresServer
from tenants.identity import SCHEMA_VERSION
from tenants.roles import administer
from tenants.session import Limits
from tenants.urls import ROLE_NAMES, DatabaseUrls, shown
from tests.faults.proxy import How, Proxy

from .apart import database_of
from .asking import Person, signed_in
from .rows import FOREIGN, OWN
from .worlds import IDENTITY, World

CITY = "411700"
LIMITS = Limits(connect=1.0, statement=1.5, lock=1.0)
BOUND = 20.0  # seconds: what the limits add up to at worst, and a slow machine; nothing waits for ever
CROWD = 25  # more at once than a database has connections
PEOPLE = (
    f"{OWN}-keeper", f"{OWN}-admin", f"{FOREIGN}-keeper", f"{FOREIGN}-admin", f"{CITY}-keeper",
    f"{CITY}-admin", f"{CITY}-auditor", "",
)  # fmt: skip
OF_THE_ILL = (
    ("keeper", "/desk/sites"), ("keeper", f"/api/v1/bureaus/{OWN}/officers"), ("admin", "/desk/people"),
    (f"{CITY}-auditor", f"/desk/sites?bureau={OWN}"), ("", f"/b/{OWN}"), ("", f"/api/v1/draws/{OWN}/1"),
)  # fmt: skip
OF_OTHERS = (
    (f"{FOREIGN}-keeper", "/desk/sites"), (f"{FOREIGN}-keeper", f"/api/v1/bureaus/{FOREIGN}/officers"),
    (f"{CITY}-keeper", "/desk/sites"), ("", f"/b/{FOREIGN}"), ("", f"/b/{CITY}"), ("", "/log/checkpoint"),
    ("", "/healthz"),
)  # fmt: skip
SAID = f"单位 {OWN} 的数据库暂时不可用"


@dataclass
class Ill:
    """The served site with a wire before one bureau's database."""

    wire: Proxy
    people: dict[str, Person]
    superuser: str
    database: str

    async def get(self, who: str, path: str) -> httpx.Response:
        name = f"{OWN}-{who}" if who in ("keeper", "admin") else who
        async with asyncio.timeout(BOUND):
            return await self.people[name].client.get(path)

    async def write(self, bureau: str, why: str) -> httpx.Response:
        """A closed day, with its row in the journal."""
        person = self.people[f"{bureau}-admin"]
        form = {"first": "2026-12-07", "last": "2026-12-07", "why": why, "csrf_token": person.csrf}
        async with asyncio.timeout(BOUND):
            return await person.client.post("/desk/calendar/closures", data=form)

    async def ask(self, sql: str, **params: Any) -> Any:
        """Past the wire, and past every policy."""
        there = None if f"database {self.database}" in sql else self.database
        async with administer(self.superuser, there) as db:
            result = await db.execute(text(sql), params)
            return result.scalar() if result.returns_rows else None

    async def kept(self, why: str) -> int:
        """Closed days of the ill bureau, and their rows in the journal."""
        rows = "select count(*) from closure where why = :why"
        lines = "select count(*) from journal where why = :why"
        return int(await self.ask(f"select ({rows}) + ({lines})", why=why))


def behind(urls: DatabaseUrls, port: int) -> DatabaseUrls:
    moved = {role: shown(make_url(getattr(urls, role)).set(port=port)) for role in ROLE_NAMES}
    return DatabaseUrls(**moved, identity=urls.identity)


@pytest.fixture(scope="module")
async def ill(apart_world: World, pg_server: PostgresServer) -> AsyncIterator[Ill]:
    dsn, servers = pg_server.superuser_dsn, apart_world.servers
    with Proxy.before(make_url(dsn).port or 5432) as wire:
        own = servers.own | {"xiping": behind(servers.own["xiping"], wire.port)}
        settings = replace(apart_world.settings, database_limits=LIMITS)
        world = replace(apart_world, settings=settings, servers=replace(servers, own=own))
        async with world.served(), signed_in(world, PEOPLE, forms="/desk") as people:
            yield Ill(wire, people, dsn, database_of(servers.own["xiping"]))


def plain(answer: httpx.Response, *why: str) -> None:
    """The bureau's people read one sentence that names no server, no role and no secret."""
    assert answer.status_code == 503, answer.text[:500]
    assert SAID in answer.text or '"code":"BureauUnavailable"' in answer.text, answer.text[:3000]
    assert OWN in answer.text
    assert any(one in answer.text for one in why), answer.text[:2000]
    assert "其他单位不受影响" in answer.text or "Other bureaus work on" in answer.text
    for word in ("127.0.0.1:", "shuangsui_app", "shuangsui_portal", "-secret", "asyncpg", "Traceback"):
        assert word not in answer.text


async def refused(ill: Ill, *why: str) -> None:
    """Whatever the bureau's people and its visitors ask; twice: the second meets what the first left."""
    for _ in range(2):
        answers = await asyncio.gather(*(ill.get(who, path) for who, path in OF_THE_ILL))
        for answer in answers:
            plain(answer, *why)


async def others_served(ill: Ill) -> None:
    answers = await asyncio.gather(*(ill.get(*asked) for asked in OF_OTHERS))
    assert [one.status_code for one in answers] == [200] * len(OF_OTHERS)
    written = [await ill.write(bureau, "维护") for bureau in (FOREIGN, CITY)]
    assert [one.status_code for one in written] == [303, 303]
    city = await ill.get(f"{CITY}-auditor", "/city")
    assert city.status_code == 200 and "暂缺" in city.text and "暂缺不等于零" in city.text


async def well_again(ill: Ill) -> None:
    """Nobody does anything for it; a person tries again now and then."""
    async with asyncio.timeout(120):
        for who, path in OF_THE_ILL:
            while (answer := await ill.get(who, path)).status_code != 200:
                plain(answer, "")
                await asyncio.sleep(0.5)
        while "暂缺不等于零" in (await ill.get(f"{CITY}-auditor", "/city")).text:
            await ill.get(*OF_THE_ILL[0])


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ("pause", ("响应超时", "连接不上")),
        ("half-open", ("响应超时", "连接不上")),
        ("cut", ("连接不上",)),
    ],
)
async def test_a_wire_that_fails(ill: Ill, how: How, why: tuple[str, ...]) -> None:
    await well_again(ill)
    ill.wire.let(how)
    try:
        lost = asyncio.create_task(ill.write(OWN, how))
        crowd = [asyncio.create_task(ill.get(*OF_THE_ILL[n % 3])) for n in range(CROWD)]
        await others_served(ill)
        for answer in await asyncio.gather(*crowd):
            plain(answer, *why)
        plain(await lost, *why)
        await refused(ill, *why)
    finally:
        ill.wire.let("pass")
    await well_again(ill)
    assert await ill.kept(how) == 0  # as the person was told
    assert (await ill.write(OWN, f"{how}, again")).status_code == 303
    assert await ill.kept(f"{how}, again") == 2


async def test_one_that_is_only_slow_is_waited_for(ill: Ill) -> None:
    await well_again(ill)
    ill.wire.let("pass", lag=0.15)
    try:
        mine = asyncio.create_task(ill.get(*OF_THE_ILL[0]))
        for who, path in OF_OTHERS:
            assert (await ill.get(who, path)).status_code == 200, path
        assert (await mine).status_code == 200
        assert (await ill.get(f"{CITY}-auditor", "/city")).status_code == 200  # with it or without
    finally:
        ill.wire.let("pass")


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ("update alembic_version set version_num = '0013'",
         "update alembic_version set version_num = '{version}'", "结构版本不符，待升级"),
        ("update database_identity set name = 'somebody-else'",
         "update database_identity set name = '{identity}'", "数据库身份不符，已停用"),
        ("revoke connect on database {database} from shuangsui_app, shuangsui_portal",
         "grant connect on database {database} to shuangsui_app, shuangsui_portal", "连接不上"),
        ("alter database {database} allow_connections false",
         "alter database {database} allow_connections true", "连接不上"),
    ],
    ids=["old migration", "another identity", "no right to connect", "closed for maintenance"],
)  # fmt: skip
async def test_one_that_is_not_what_it_should_be(ill: Ill, before: str, after: str, why: str) -> None:
    await well_again(ill)
    known = {"database": ill.database, "version": SCHEMA_VERSION, "identity": f"{IDENTITY}/xiping"}
    await ill.ask(before.format(**known))
    ill.wire.let("cut")  # whoever is connected stays so, whatever is changed afterwards
    ill.wire.let("pass")
    try:
        await refused(ill, why)
        await others_served(ill)
    finally:
        await ill.ask(after.format(**known))
    await well_again(ill)
