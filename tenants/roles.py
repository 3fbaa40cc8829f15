"""Roles and the database itself: made once by the embedded server's superuser or by an operator."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.pool import NullPool

from tenants.errors import MissingRole, NoDatabase
from tenants.locks import lock_key
from tenants.reaching import readable
from tenants.scram import verifier
from tenants.session import make_engine
from tenants.urls import ROLE_NAMES, RolePasswords, shown

_MAINTENANCE = "postgres"  # there on every server; the product's own database may have to be made first
_PLAIN = "login nosuperuser nobypassrls nocreatedb nocreaterole noreplication inherit"


@asynccontextmanager
async def administer(dsn: str, database: str | None = None) -> AsyncIterator[AsyncConnection]:
    """A connection outside transactions (CREATE DATABASE wants that), for set-up only.

    Raises:
        NoConnection: the server cannot be reached, or refuses (NoDatabase, PasswordRefused).
    """
    url = make_url(dsn)
    target = shown(url.set(database=database or url.database or _MAINTENANCE))
    engine = make_engine(target, poolclass=NullPool)
    try:
        with readable(target):
            raw = await engine.connect()
        try:
            yield await raw.execution_options(isolation_level="AUTOCOMMIT")
        finally:
            await raw.close()
    finally:
        await engine.dispose()


@asynccontextmanager
async def _maintain(dsn: str) -> AsyncIterator[AsyncConnection]:
    """As `administer`, beside the product's database; some hosts close `postgres`, then within it."""
    async with AsyncExitStack() as opened:
        try:
            db = await opened.enter_async_context(administer(dsn, _MAINTENANCE))
        except NoDatabase:
            db = await opened.enter_async_context(administer(dsn))
        yield db


async def ensure_roles(dsn_superuser: str, passwords: RolePasswords) -> None:
    """Create the four roles, or set their passwords again when this connection may.

    Raises:
        MissingRole: a role is missing and the connected role may not create it.
    """
    async with _maintain(dsn_superuser) as db, _alone(db):
        may = await db.scalar(
            text("select rolsuper or rolcreaterole from pg_roles where rolname = current_user")
        )
        known = set((await db.scalars(text("select rolname from pg_roles"))).all())
        for name, password in passwords.items():
            role = f"shuangsui_{name}"
            if not may and role not in known:
                raise MissingRole(role, wanted=role)
            if may:
                verb = "alter" if role in known else "create"
                await db.exec_driver_sql(f"{verb} role {role} {_PLAIN} password '{verifier(password)}'")


async def ensure_database(dsn_superuser: str, name: str) -> None:
    """Create the database, owned by the migrator, closed to everyone but the four roles.

    Raises:
        NoDatabase: it is missing and the connected role may not create it.
    """
    quoted = _quoted(name)
    async with _maintain(dsn_superuser) as db, _alone(db):
        if not await db.scalar(text("select 1 from pg_database where datname = :name"), {"name": name}):
            await _create(db, quoted)
        await db.exec_driver_sql(f"revoke all on database {quoted} from public")
        everyone = ", ".join(f"shuangsui_{role}" for role in ROLE_NAMES)
        await db.exec_driver_sql(f"grant connect on database {quoted} to {everyone}")
        await db.exec_driver_sql(f"grant temporary on database {quoted} to shuangsui_app")
    async with administer(dsn_superuser, name) as db:
        await db.exec_driver_sql("alter schema public owner to shuangsui_migrator")
        await db.exec_driver_sql("revoke create on schema public from public")


async def _create(db: AsyncConnection, quoted: str) -> None:
    try:
        await db.exec_driver_sql(
            f"create database {quoted} owner shuangsui_migrator encoding 'UTF8' template template0"
        )
    except DBAPIError as error:
        if getattr(error.orig, "sqlstate", None) != "42501":
            raise
        raise NoDatabase(quoted.strip('"'), server=db.engine.url.host or "localhost") from None


@asynccontextmanager
async def _alone(db: AsyncConnection) -> AsyncIterator[None]:
    """Session lock: two processes setting up the same server take turns."""
    key = {"key": lock_key("set-up")}
    await db.execute(text("select pg_advisory_lock(:key)"), key)
    try:
        yield
    finally:
        await db.execute(text("select pg_advisory_unlock(:key)"), key)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
