"""Opens everything a process needs: servers, roles, schema, pools, keys, law, log. One function each."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from urllib.parse import urlsplit

import redis.asyncio as redis

from services.clock import CHINA, Clock, SimulatedClock, SystemClock
from services.embedded import ensure_postgres, ensure_valkey
from services.home import Home
from services.keys import key_provider
from services.ruling.lawfiles import lawbook
from services.settings import DEMO_ORIGIN, Settings
from services.tlog.keeper import LogKeeper
from services.work import App
from tenants.migrate import schema_version, set_up
from tenants.session import Database
from tenants.urls import ROLE_NAMES, DatabaseUrls, RoleName, RolePasswords, own_password

DATABASE = "shuangsui"
DEMO_START = datetime(2025, 12, 1, 9, 0, tzinfo=CHINA)


@dataclass(frozen=True, slots=True)
class Servers:
    """Where the data lives: URLs of the database per role, and of Redis. Never shown, never logged."""

    database: DatabaseUrls = field(repr=False)
    redis_url: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Migrated:
    """A database brought to the schema: the steps it stood at, `before` None when it had no tables."""

    database: str
    before: str | None
    after: str


def settings_for(home: Home | None = None) -> Settings:
    """Settings from the environment; a home that was made by the demonstration stays one.

    Args:
        home: overrides SHUANGSUI_HOME.
    """
    settings = Settings.from_env()
    if home is not None:
        settings = replace(settings, home=home)
    if settings.home.clock_file.exists() and not settings.demo:
        settings = replace(settings, demo=True, log_origin=DEMO_ORIGIN)
    return settings


def clock_for(settings: Settings) -> Clock:
    """The simulated clock of a demonstration, as kept in its home; else the machine's."""
    if settings.demo:
        return SimulatedClock.resume(settings.home.clock_file, DEMO_START)
    return SystemClock()


async def start_servers(settings: Settings) -> Servers:
    """Start or find the servers, bring the database to this program's schema.

    Raises:
        EmbeddedProblem: an embedded server cannot be started.
        MissingRole, WrongDatabase: the operator's server is not prepared for us.
        NoConnection: it cannot be reached, or refuses (NoDatabase, PasswordRefused).
    """
    home = settings.home.make()
    dsn, name = await _server(settings)
    redis_url = settings.redis_url or (await asyncio.to_thread(ensure_valkey, home)).url
    return Servers(await _set_up(settings, dsn, name), redis_url)


async def migrate_database(settings: Settings) -> Migrated:
    """Bring the database to this program's schema; again, it changes nothing. Raises as `start_servers`."""
    settings.home.make()
    dsn, name = await _server(settings)
    before = await schema_version(dsn, name)
    await _set_up(settings, dsn, name)
    return Migrated(name, before, await schema_version(dsn, name) or "")


def role_passwords(
    home: Home, given: Mapping[RoleName, str] = MappingProxyType({}), dsn: str | None = None
) -> RolePasswords:
    """Passwords of the four database roles: given, told by `dsn`, else made once under `keys/`."""
    told = {**(own_password(dsn) if dsn else {}), **given}
    names = (name for name in ROLE_NAMES if name not in told)
    return RolePasswords(**told, **{name: home.secret(f"database-{name}") for name in names})


async def _server(settings: Settings) -> tuple[str, str]:
    """(URL that may set up, name of the database); starts the embedded server where no other is named."""
    if settings.database_url is None:
        return (await asyncio.to_thread(ensure_postgres, settings.home)).superuser_dsn, DATABASE
    return settings.database_url, urlsplit(settings.database_url).path.strip("/") or DATABASE


async def _set_up(settings: Settings, dsn: str, name: str) -> DatabaseUrls:
    identity = "shuangsui-demo" if settings.demo else "shuangsui"
    passwords = role_passwords(settings.home, settings.database_passwords, dsn)
    return await set_up(dsn, name, passwords, identity=identity)


@asynccontextmanager
async def open_app(
    settings: Settings, clock: Clock | None = None, servers: Servers | None = None
) -> AsyncIterator[App]:
    """The wiring of one process; pools close when the context ends, servers stay up.

    Args:
        settings: what the operator decided.
        clock: the product's time; left out, `clock_for(settings)`.
        servers: known already; left out, they are started or found.
    """
    servers = servers or await start_servers(settings)
    name = servers.database.identity
    database = await Database.connect(servers.database.app, expected_identity=name)
    try:
        portal = await Database.connect(servers.database.portal, role="portal", expected_identity=name)
        try:
            async with redis.from_url(servers.redis_url) as client:
                yield await _app(settings, clock or clock_for(settings), database, portal, client)
        finally:
            await portal.close()
    finally:
        await database.close()


async def _app(
    settings: Settings, clock: Clock, database: Database, portal: Database, client: "redis.Redis"
) -> App:
    home = settings.home
    log = await LogKeeper.open(database, home=home, origin=settings.log_origin, clock=clock)
    return App(
        settings=settings,
        clock=clock,
        database=database,
        portal=portal,
        keys=key_provider(settings),
        book=lawbook(),
        home=home,
        log=log,
        redis=client,
    )
