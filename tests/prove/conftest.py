"""One migrated database with a row of two bureaus in every table, as its superuser."""

from collections.abc import AsyncIterator, Callable

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from services.embedded import PostgresServer, ValkeyServer
from services.home import Home
from services.serve import free_port
from tenants.migrate import set_up
from tenants.session import make_engine
from tenants.urls import DatabaseUrls, RolePasswords
from tests.tenants.story import put_bureaus

from .apart import APART, copied, dropped
from .rows import put_rows
from .worlds import World, copy, make_different, told

PASSWORDS = RolePasswords("migrator-secret", "app-secret", "auditor-secret", "portal-secret")


@pytest.fixture(scope="session")
async def ground(pg_server: PostgresServer) -> DatabaseUrls:
    """The database of the proofs that ask SQL and stores; nothing is ever committed into it afterwards."""
    urls = await set_up(pg_server.superuser_dsn, "prove_rows", PASSWORDS, identity="shuangsui-prove")
    engine = make_engine(f"{pg_server.superuser_dsn.rsplit('/', 1)[0]}/prove_rows")
    async with engine.begin() as db:
        await put_bureaus(db)
        await put_rows(db)
    await engine.dispose()
    return urls


@pytest.fixture
async def superuser(ground: DatabaseUrls, pg_server: PostgresServer) -> AsyncIterator[AsyncConnection]:
    """A transaction of the superuser that is always rolled back."""
    engine = make_engine(f"{pg_server.superuser_dsn.rsplit('/', 1)[0]}/prove_rows")
    async with engine.connect() as db:
        transaction = await db.begin()
        yield db
        await transaction.rollback()
    await engine.dispose()


@pytest.fixture(scope="session")
async def told_world(
    pg_server: PostgresServer, valkey_server: ValkeyServer, new_home: Callable[[str], Home]
) -> World:
    """Half a quarter of two counties; copied by the tests, never served itself."""
    return await told(pg_server.superuser_dsn, valkey_server.url, new_home("prove-told"), free_port())


@pytest.fixture(scope="session")
async def worlds(
    told_world: World, pg_server: PostgresServer, valkey_server: ValkeyServer, new_home: Callable[[str], Home]
) -> tuple[World, World]:
    """Two deployments that differ only in what the foreign bureau keeps to itself."""
    dsn, redis, start = pg_server.superuser_dsn, valkey_server.url, told_world
    same = await copy(start, dsn, redis, new_home("prove-same"), "same")
    other = await copy(start, dsn, redis, new_home("prove-other"), "other")
    await make_different(dsn)
    return same, other


@pytest.fixture(scope="session")
async def apart_world(
    told_world: World, pg_server: PostgresServer, new_home: Callable[[str], Home]
) -> AsyncIterator[World]:
    """The told world with either bureau in a database of its own; whoever serves it leaves it usable."""
    dsn = pg_server.superuser_dsn
    made = await copied(told_world, dsn, new_home("prove-apart"), "prove_apart", 7, APART)
    yield made
    await dropped(made, dsn)
