"""Opens everything a process needs: servers, roles, schema, pools, keys, law, log. One function each."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime

import redis.asyncio as redis

from services.clock import CHINA, Clock, SimulatedClock, SystemClock
from services.home import Home
from services.keys import key_provider
from services.logs import fault
from services.redis_client import redis_client
from services.ruling.lawfiles import lawbook
from services.servers import (
    DATABASE,
    Migrated,
    Servers,
    migrate_database,
    migrate_databases,
    role_passwords,
    start_servers,
)
from services.settings import DEMO_ORIGIN, Settings
from services.tlog.keeper import LogKeeper
from services.work import App
from tenants.databases import Databases
from tenants.portals import Portals

__all__ = [
    "DATABASE",
    "Migrated",
    "Servers",
    "migrate_database",
    "migrate_databases",
    "open_app",
    "role_passwords",
    "settings_for",
    "start_servers",
]
LOOK_SECONDS = 15.0
DEMO_START = datetime(2025, 12, 1, 9, 0, tzinfo=CHINA)


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
    now, kept = SystemClock().now, (settings.database_limits, settings.database_dialect)
    database = await Databases.open(servers.database, servers.own, now=now, limits=kept[0], dialect=kept[1])
    async with closing(database), looked_after(database):
        portal = await Portals.open(
            servers.database, servers.own, database.homes, now=now, limits=kept[0], dialect=kept[1]
        )
        async with closing(portal), redis_client(servers.redis_url) as client:
            yield await _app(settings, clock or clock_for(settings), database, portal, client)


@asynccontextmanager
async def closing(opened: Databases | Portals) -> AsyncIterator[None]:
    """Closes the pools when the context ends."""
    try:
        yield
    finally:
        await opened.close()


@asynccontextmanager
async def looked_after(database: Databases, seconds: float = LOOK_SECONDS) -> AsyncIterator[None]:
    """Every few seconds, settle what died half-way in the own databases and try those that failed."""

    async def rounds() -> None:
        while True:
            await asyncio.sleep(seconds)
            try:
                await database.look_after()
            except Exception as error:
                fault("databases.look_after", error)

    task = asyncio.create_task(rounds()) if database.names else None
    try:
        yield
    finally:
        if task is not None:
            task.cancel()
            await asyncio.wait({task})


async def _app(
    settings: Settings, clock: Clock, database: Databases, portal: Portals, client: "redis.Redis"
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
