"""Own databases from the operator's settings: made, migrated, refused; the site around one that is down."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from policies.terms import Bureau, Principal
from services.clock import SimulatedClock
from services.embedded import PostgresServer, ValkeyServer
from services.home import Home
from services.main import create_app
from services.serve import free_port, serving
from services.servers import MigrationFailed
from services.settings import DEMO_ORIGIN, BadSetting, Settings
from services.tlog.keeper import LogKeeper
from services.tlog.tiles import manifest_path
from services.wiring import migrate_databases, open_app, start_servers
from tenants import journal
from tenants.errors import WrongDatabase
from tenants.roles import administer
from tenants.rows import DrawIntent
from tenants.scope import Scope
from tenants.stores import bureaus, draws, log
from tenants.unavailable import BureauUnavailable
from tenants.urls import DatabaseUrls, shown

COUNTY, OTHER, CITY = "411721", "150203", "411700"
AT = datetime(2025, 12, 25, 2, 0, tzinfo=UTC)
ROLES = ("migrator", "app", "auditor", "portal")
PASSWORDS = {role: f"{role}-secret" for role in ROLES}  # as the session's other databases have them
COUNTY_SCOPE = Scope.own(COUNTY, "drawer")


@dataclass
class Operator:
    """Settings of a deployment on the session's server, and a way to ask its databases.

    One for all tests here: the last of them damages it.
    """

    settings: Settings
    superuser: str
    name: str

    async def ask(self, database: str, sql: str) -> list[Any]:
        async with administer(self.superuser, f"{self.name}_{database}") as db:
            result = await db.execute(text(sql))
            return list(result.all()) if result.returns_rows else []

    async def settle_in(self, app: Any, home: str = "one") -> None:
        """A city and two counties; the first lives in a database of its own."""
        tree = (Bureau(CITY, "某市局", "city"), Bureau(COUNTY, "某分局", "county", CITY))
        async with app.database.several(Scope.for_system()) as unit:
            for bureau in (*tree, Bureau(OTHER, "另一分局", "county")):
                await bureaus.put(unit.control, bureau)
            sql = f"update bureau set database = '{home}' where code = '{COUNTY}'"
            await unit.control.exec_driver_sql(sql)
            await unit.share_bureaus()
        await app.database.homes.refresh()


@pytest.fixture(scope="module")
async def operator(
    pg_server: PostgresServer, valkey_server: ValkeyServer, new_home: Callable[[str], Home]
) -> AsyncIterator[Operator]:
    home, name = new_home("operators-two").make(), "operators_two"

    def at(database: str) -> str:
        return shown(make_url(pg_server.superuser_dsn).set(database=f"{name}_{database}"))

    settings = Settings(
        home=home,
        database_url=at("shared"),
        own_database_urls={"one": at("one"), "two": at("two")},
        database_passwords=PASSWORDS,
        redis_url=valkey_server.url,
        demo=True,
        log_origin=DEMO_ORIGIN,
        port=free_port(),
    )
    settings = replace(settings, public_url=f"http://127.0.0.1:{settings.port}")
    yield Operator(settings, pg_server.superuser_dsn, name)
    async with administer(pg_server.superuser_dsn) as db:
        for database in ("shared", "one", "two"):
            await db.exec_driver_sql(f"drop database if exists {name}_{database} with (force)")


def at_a_closed_port(urls: DatabaseUrls) -> DatabaseUrls:
    port = free_port()
    moved = {role: shown(make_url(getattr(urls, role)).set(port=port)) for role in ROLES}
    return DatabaseUrls(**moved, identity=urls.identity)


async def test_every_database_is_made_named_and_migrated(operator: Operator) -> None:
    servers = await start_servers(operator.settings)
    assert [servers.database.identity, *(u.identity for u in servers.own.values())] == [
        "shuangsui-demo", "shuangsui-demo/one", "shuangsui-demo/two",
    ]  # fmt: skip
    for name in ("shared", "one", "two"):
        wanted = "shuangsui-demo" if name == "shared" else f"shuangsui-demo/{name}"
        assert await operator.ask(name, "select name from database_identity") == [(wanted,)]
    async with open_app(operator.settings, SimulatedClock(AT), servers) as app:
        await operator.settle_in(app)
        async with app.database.unit(COUNTY_SCOPE) as db:
            actor = Principal("p", "某某", COUNTY, frozenset({"drawer"}))
            await journal.note(db, COUNTY_SCOPE, actor=actor, action="site.read", target="x", at=AT)
        assert app.database.names == ("one", "two")
    assert await operator.ask("one", "select bureau from journal") == [(COUNTY,)]
    assert await operator.ask("shared", "select bureau from journal") == []


async def test_embedded_databases_by_name(
    new_home: Callable[[str], Home], valkey_server: ValkeyServer
) -> None:
    home = new_home("embedded-names").make()
    settings = Settings(home=home, own_database_names=("xiping",), redis_url=valkey_server.url)
    servers = await start_servers(settings)
    assert make_url(servers.own["xiping"].app).database == "shuangsui_xiping"
    async with open_app(settings, SimulatedClock(AT), servers) as app:
        assert [(one.name, one.state) for one in app.database.status()] == [("xiping", None)]


async def test_a_bureau_that_is_down_is_told_so_and_others_are_served(operator: Operator) -> None:
    settings = operator.settings
    servers = await start_servers(settings)
    clock = SimulatedClock(AT)
    async with open_app(settings, clock, servers) as app:
        await operator.settle_in(app)
    broken = replace(servers, own=servers.own | {"one": at_a_closed_port(servers.own["one"])})
    litestar = create_app(settings, lambda: open_app(settings, clock, broken))
    reader = httpx.AsyncClient(base_url=settings.public_url, trust_env=False)
    async with serving(litestar, "127.0.0.1", settings.port), reader as client:
        told = await client.get(f"/api/v1/draws/{COUNTY}/1")
        page = await client.get(f"/b/{COUNTY}", headers={"accept": "text/html"})
        fine = await client.get(f"/b/{OTHER}", headers={"accept": "text/html"})
    assert told.status_code == page.status_code == 503 and fine.status_code == 200
    assert told.json()["code"] == "BureauUnavailable"
    for said in (told.text, page.text):
        assert COUNTY in said and "127.0.0.1:" not in said and "shuangsui_" not in said
    assert "数据库暂时不可用" in page.text and "其他单位不受影响" in page.text


async def test_the_log_hands_out_a_manifest_once_its_bureau_is_back(
    operator: Operator, new_home: Callable[[str], Home]
) -> None:
    servers, clock = await start_servers(operator.settings), SimulatedClock(AT)
    manifest = {"bureau": COUNTY, "draw_no": 1, "prev": draws.ZEROS} | {
        "subject": COUNTY, "item": "x", "kind": "routine", "period": "2026Q1", "reveal_by": "2026-04-10",
        "beacon_at": "2025-12-26T09:00:00+08:00", "walk": 2**52,
    }  # fmt: skip
    async with open_app(operator.settings, clock, servers) as app:
        await operator.settle_in(app)
        async with app.database.several(COUNTY_SCOPE) as unit:
            intent = DrawIntent(COUNTY, "x", "routine", "2026Q1")
            n = await draws.prepare(unit.db, COUNTY_SCOPE, intent, AT, "d")
            await draws.freeze(unit.db, COUNTY_SCOPE, n, manifest, {"key": {}}, "a" * 64, b"wrapped", AT)
            entry = {"t": "manifest", "bureau": COUNTY, "draw_no": n, "h": "a" * 64}
            await log.append(unit.control, entry, AT)
        home = new_home("another-log").make()
        for key in operator.settings.home.keys.iterdir():
            (home.keys / key.name).write_bytes(key.read_bytes())
        broken = replace(servers, own=servers.own | {"one": at_a_closed_port(servers.own["one"])})
        settings = replace(operator.settings, home=home)
        async with open_app(settings, clock, broken) as other:
            keeper: LogKeeper = other.log
            kept = home.log / manifest_path("a" * 64)
            last = await keeper.publish()
            assert last is not None and last.size == 1 and not kept.exists()
            keeper._database = app.database  # the bureau is back
            await keeper.publish()
            assert kept.exists()


async def test_one_that_fails_to_migrate_stops_no_other(operator: Operator) -> None:
    await start_servers(operator.settings)
    await operator.ask("one", "update database_identity set name = 'shuangsui-demo/two'")
    await operator.ask("two", "update alembic_version set version_num = '0013'")  # its tables are there
    steps: list[tuple[str, str]] = []
    seen: list[str] = []
    done = await migrate_databases(
        operator.settings, told=lambda one: seen.append(one.name), step=lambda *two: steps.append(two)
    )
    assert seen == [one.name for one in done] == ["shared", "one", "two"]
    assert [type(one.problem) for one in done] == [type(None), WrongDatabase, MigrationFailed]
    assert done[0].before == done[0].after and done[2].before == "0013" and not done[2].after
    assert "secret" not in "".join(one.problem.line() for one in done if one.problem)
    assert ("two", "0014") in steps or not steps
    servers = await start_servers(operator.settings)  # neither keeps the deployment from starting
    async with open_app(operator.settings, SimulatedClock(AT), servers) as app:
        await operator.settle_in(app)
        assert [one.state for one in app.database.status()] == ["identity", "schema"]
        for code, refused in ((COUNTY, True), (OTHER, False)):
            try:
                async with app.portal.public(code) as db:
                    await db.scalar(text("select count(*) from notice"))
                assert not refused
            except BureauUnavailable as error:
                assert refused and error.state == "identity"


@pytest.mark.parametrize(
    ("env", "name"),
    [
        ({"DATABASE_URL_XIPING": "postgresql://u:hidden@elsewhere.example/x"}, "DATABASE_URL_XIPING"),
        ({"DATABASE_URL_SHARED": "postgresql://u:hidden@localhost/x"}, "DATABASE_URL"),
        ({"DATABASE_NAMES": "own1", "DATABASE_URL": "postgresql://u:hidden@localhost/x"}, "DATABASE_NAMES"),
        ({"DATABASE_NAMES": "Own-1"}, "DATABASE_NAMES"),
        ({"DATABASE_NAMES": "shared"}, "DATABASE_NAMES"),
        ({"DATABASE_NAMES": "a", "DATABASE_URL_A": "postgresql://u:hidden@localhost/x"}, "DATABASE_NAMES"),
        ({"DATABASE_CONNECT_SECONDS": "0"}, "DATABASE_CONNECT_SECONDS"),
        ({"DATABASE_STATEMENT_SECONDS": "soon"}, "DATABASE_STATEMENT_SECONDS"),
        ({"DATABASE_DIALECT": "oracle"}, "DATABASE_DIALECT"),
    ],
)
def test_settings_that_cannot_be(env: dict[str, str], name: str) -> None:
    with pytest.raises(BadSetting, match=name) as caught:
        Settings.from_env(env)
    assert "hidden" not in caught.value.line()


def test_settings_of_own_databases() -> None:
    settings = Settings.from_env(
        {
            "DATABASE_URL": "postgresql://u:hidden@db.example/main",
            "DATABASE_URL_XI_PING": "postgresql://u:hidden@db.example/one",
            "DATABASE_URL_411721": "postgresql://u:hidden@localhost/two",
            "DATABASE_CONNECT_SECONDS": "2.5",
            "DATABASE_DIALECT": "Citus",
        }
    )
    assert sorted(settings.own_database_urls) == ["411721", "xi_ping"]
    assert (settings.database_limits.connect, settings.database_limits.statement) == (2.5, 30.0)
    assert settings.database_dialect == "citus" and "hidden" not in repr(settings)
    names = Settings.from_env({"DATABASE_NAMES": "own1, own2,own1"}).own_database_names
    assert names == ("own1", "own2")
