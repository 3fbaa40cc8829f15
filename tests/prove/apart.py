"""Worlds whose bureaus live in databases of their own, made from a world that is told already.

A bureau is moved there by the operator's command, so that the rows it left stay in the shared database: a
query that reads them anyway shows.
"""

import shutil
from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy import text

from services.clock import SimulatedClock
from services.home import Home
from services.moving.values import MoveOrder
from services.usecases.move_bureau import move_bureau
from services.wiring import Servers, open_app
from tenants.migrate import set_up
from tenants.roles import administer
from tenants.urls import DatabaseUrls

from .rows import FOREIGN, OWN, put_rows
from .worlds import DIFFERENCES, IDENTITY, PASSWORDS, World, own_keys, redis_of, settings_for

SHARED = "shared"
APART = {"xiping": OWN, "kundulun": FOREIGN}  # a database of its own → whose


def database_of(urls: DatabaseUrls) -> str:
    """Its name on the server."""
    return urls.app.rsplit("/", 1)[1]


def databases(world: World) -> dict[str, DatabaseUrls]:
    """Every database of a world by its name in the deployment."""
    return {SHARED: world.servers.database, **world.servers.own}


async def copied(
    start: World, superuser: str, home: Home, name: str, redis: int, own: Mapping[str, str] | None = None
) -> World:
    """A world once more: same address and moment, own databases, own home, own Redis.

    Args:
        start: nothing may be connected to its databases.
        own: name → bureau to move there in the copy; None where `start` is as it shall be.
    """
    urls = {}
    async with administer(superuser) as db:
        for one, before in databases(start).items():
            made = f"{name}_{one}"
            await db.exec_driver_sql(
                f"create database {made} template {database_of(before)}"
                " owner shuangsui_migrator strategy file_copy"
            )
            urls[one] = DatabaseUrls.beside(superuser, made, PASSWORDS, before.identity)
    for one in own or ():
        identity = f"{IDENTITY}/{one}"
        urls[one] = await set_up(superuser, f"{name}_{one}", PASSWORDS, identity=identity)
    shutil.copytree(start.settings.home.root, home.root, dirs_exist_ok=True)
    shared = urls.pop(SHARED)
    servers = Servers(shared, redis_of(start.servers.redis_url, redis), urls)
    settings = replace(start.settings, home=settings_for(home, start.settings.port).home)
    world = replace(start, settings=settings, servers=servers)
    for one, bureau in (own or {}).items():
        await _move(world, bureau, one)
    return replace(world, own=await own_keys(superuser, database_of(home_of(world, OWN, own))))


def home_of(world: World, bureau: str, own: Mapping[str, str] | None) -> DatabaseUrls:
    """Where a bureau's rows are."""
    return next((world.servers.own[n] for n, b in (own or {}).items() if b == bureau), world.servers.database)


async def _move(world: World, bureau: str, name: str) -> None:
    async with open_app(world.settings, SimulatedClock(world.moment), world.servers) as app:
        order = MoveOrder(bureau, name, "运维甲", wait=10.0)
        await move_bureau(app, world.servers, order, lambda told: None)


async def make_different(world: World, superuser: str, own: Mapping[str, str]) -> None:
    """Change what the foreign bureau has not published, where it lives and in the rows it left."""
    for name, urls in databases(world).items():
        if name != SHARED and own[name] != FOREIGN:
            continue
        async with administer(superuser, database_of(urls)) as db:
            await db.exec_driver_sql("begin")
            await put_rows(db, only=FOREIGN, n=9000)
            touched = [(await db.execute(text(statement))).rowcount for statement in DIFFERENCES]
            await db.exec_driver_sql("commit")
        # where the own bureau is not, nothing of it can be pointed at
        assert all(touched) if name == SHARED else sum(map(bool, touched)) > len(touched) / 2, touched


async def row_security_off(world: World, superuser: str) -> None:
    """For every table of every database."""
    for urls in databases(world).values():
        async with administer(superuser, database_of(urls)) as db:
            found = await db.scalars(text("select oid::regclass::text from pg_class where relrowsecurity"))
            for table in found.all():
                await db.exec_driver_sql(f"alter table {table} disable row level security")


async def dropped(world: World, superuser: str) -> None:
    """Its databases go, whatever is connected."""
    for urls in databases(world).values():
        async with administer(superuser) as db:
            await db.exec_driver_sql(f"drop database if exists {database_of(urls)} with (force)")


async def left_behind(world: World, superuser: str) -> tuple[int, int]:
    """(prepared transactions, sessions of the app's role) in the world's databases."""
    names = [database_of(urls) for urls in databases(world).values()]
    async with administer(superuser) as db:
        prepared = await db.scalar(
            text("select count(*) from pg_prepared_xacts where database = any(:names)"), {"names": names}
        )
        open_ = await db.scalar(
            text(
                "select count(*) from pg_stat_activity where datname = any(:names)"
                " and usename in ('shuangsui_app', 'shuangsui_portal')"
            ),
            {"names": names},
        )
    return int(prepared or 0), int(open_ or 0)
