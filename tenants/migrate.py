"""Bring a database to the schema of this program: roles, database, tables, identity row. Repeatable."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text
from sqlalchemy.pool import NullPool

from tenants.errors import MissingRole, NoDatabase, WrongDatabase
from tenants.identity import check_name
from tenants.locks import hold
from tenants.reaching import readable
from tenants.roles import administer, ensure_database, ensure_roles
from tenants.session import make_engine
from tenants.urls import ROLE_NAMES, DatabaseUrls, RolePasswords

_FOLDER = Path(__file__).parent / "migrations"


async def set_up(
    dsn_superuser: str,
    database: str,
    passwords: RolePasswords,
    *,
    identity: str,
    step: Callable[[str], None] | None = None,
) -> DatabaseUrls:
    """Everything from an empty server to a ready database; does nothing where nothing is missing.

    Args:
        dsn_superuser: URL of a role that may create roles and databases.
        database: name of the database to use.
        passwords: of the four roles.
        identity: name for the identity row; a database with another name is refused.
        step: gets each step of the schema as it is done.
    """
    await ensure_roles(dsn_superuser, passwords)
    await ensure_database(dsn_superuser, database)
    urls = DatabaseUrls.beside(dsn_superuser, database, passwords, identity)
    await migrate(urls.migrator, identity=identity, step=step)
    return urls


async def migrate(dsn_owner: str, *, identity: str, step: Callable[[str], None] | None = None) -> None:
    """Run the missing steps in one transaction, alone; write or compare the identity row.

    Args:
        dsn_owner: URL of the migrator.
        identity: name for the identity row.
        step: gets each step as it is done; all of them hold only when this returns.

    Raises:
        MissingRole: the operator has not created the roles.
        WrongDatabase: the identity row carries another name.
        NoConnection: the server cannot be reached, or refuses (NoDatabase, PasswordRefused).
    """
    engine = make_engine(dsn_owner, poolclass=NullPool)
    try:
        with readable(dsn_owner):
            async with engine.connect():
                pass
        async with engine.begin() as db:
            await hold(db, "migrate")
            await db.run_sync(_check_roles)
            await db.run_sync(check_name, identity)  # before anything of it is changed
            await db.run_sync(_upgrade, step)
            await db.run_sync(_name, identity)
    finally:
        await engine.dispose()


async def schema_version(dsn: str, database: str) -> str | None:
    """The step a database stands at, None when it is missing or empty.

    Raises:
        NoConnection: the server cannot be reached, or refuses the password.
    """
    try:
        async with administer(dsn, database) as db:
            if await db.scalar(text("select to_regclass('public.alembic_version')")) is None:
                return None
            return str(await db.scalar(text("select version_num from alembic_version")))
    except NoDatabase:
        return None


def _check_roles(db: Connection) -> None:
    known = set(db.scalars(text("select rolname from pg_roles where rolname like 'shuangsui\\_%'")).all())
    for role in ROLE_NAMES:
        if f"shuangsui_{role}" not in known:
            raise MissingRole(f"shuangsui_{role}", wanted=f"shuangsui_{role}")


def _upgrade(db: Connection, step: Callable[[str], None] | None) -> None:
    config = Config(attributes={"connection": db, "step": step})
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    command.upgrade(config, "head")


def _name(db: Connection, identity: str) -> None:
    params: dict[str, Any] = {"name": identity}
    db.execute(text("insert into database_identity (name) values (:name) on conflict do nothing"), params)
    kept = db.scalar(text("select name from database_identity"))
    if kept != identity:
        raise WrongDatabase(kept, wanted=identity)
