"""Roles and the database itself: made once by the embedded server's superuser or by an operator."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.pool import NullPool

from tenants.errors import MissingRole
from tenants.locks import lock_key
from tenants.scram import verifier
from tenants.session import make_engine
from tenants.urls import ROLE_NAMES, RolePasswords

_PLAIN = "login nosuperuser nobypassrls nocreatedb nocreaterole noreplication inherit"


@asynccontextmanager
async def administer(dsn: str, database: str | None = None) -> AsyncIterator[AsyncConnection]:
    """A connection outside transactions (CREATE DATABASE wants that), for set-up only."""
    url = make_url(dsn)
    url = url.set(database=database or url.database or "postgres")
    engine = make_engine(url.render_as_string(hide_password=False), poolclass=NullPool)
    try:
        async with engine.connect() as raw:
            yield await raw.execution_options(isolation_level="AUTOCOMMIT")
    finally:
        await engine.dispose()


async def ensure_roles(dsn_superuser: str, passwords: RolePasswords) -> None:
    """Create the four roles, or set their passwords again when this connection may.

    Raises:
        MissingRole: a role is missing and the connected role may not create it.
    """
    async with administer(dsn_superuser) as db, _alone(db):
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
    """Create the database, owned by the migrator, closed to everyone but the four roles."""
    quoted = _quoted(name)
    async with administer(dsn_superuser) as db, _alone(db):
        if not await db.scalar(text("select 1 from pg_database where datname = :name"), {"name": name}):
            await db.exec_driver_sql(
                f"create database {quoted} owner shuangsui_migrator encoding 'UTF8' template template0"
            )
        await db.exec_driver_sql(f"revoke all on database {quoted} from public")
        everyone = ", ".join(f"shuangsui_{role}" for role in ROLE_NAMES)
        await db.exec_driver_sql(f"grant connect on database {quoted} to {everyone}")
        await db.exec_driver_sql(f"grant temporary on database {quoted} to shuangsui_app")
    async with administer(dsn_superuser, name) as db:
        await db.exec_driver_sql("alter schema public owner to shuangsui_migrator")
        await db.exec_driver_sql("revoke create on schema public from public")


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
