"""Is this the right database, the right schema version, and a role that row-level security binds?"""

from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, text

from tenants.errors import NoTwoPhase, WrongDatabase, WrongRole, WrongSchema

RoleKind = Literal["app", "portal", "auditor"]
SCHEMA_VERSION = "0052"

_ASK = """
select r.rolname::text, r.rolsuper or r.rolbypassrls,
       pg_has_role(current_user, 'shuangsui_' || $1::text, 'USAGE'),
       exists (select 1 from pg_class c join pg_namespace n on n.oid = c.relnamespace
               where n.nspname = 'public' and c.relkind in ('r', 'p')
                 and pg_has_role(current_user, c.relowner, 'USAGE')),
       to_regclass('public.database_identity') is not null,
       current_setting('max_prepared_transactions')::int
from pg_roles r where r.rolname = current_user
"""
_NAME = "select name, (select version_num from alembic_version) from database_identity"


@dataclass(frozen=True, slots=True)
class Expected:
    """What a connection must show.

    Attributes:
        role: kind of role.
        name: the name in the identity row; None = any.
        own: a bureau's own database, so units span it and the control database: it must keep
            prepared transactions.
    """

    role: RoleKind
    name: str | None
    own: bool = False


def check_connection(dbapi_connection: Any, expected: Expected) -> None:
    """Refuse the connection unless role, identity row and schema version fit.

    Args:
        dbapi_connection: the driver connection as SQLAlchemy's pool hands it over.
        expected: what it must show.

    Raises:
        WrongRole: superuser, BYPASSRLS, owner of a table, or not the role for this use.
        WrongDatabase: no identity row, or another name; WrongSchema: another schema version;
            NoTwoPhase: a bureau's own database on a server without prepared transactions.
    """
    cursor = dbapi_connection.cursor()
    try:
        cursor.execute(_ASK.replace("$1", f"'{expected.role}'"))
        _check_role(cursor.fetchone(), expected)
        cursor.execute(_NAME)
        _check_name(cursor.fetchone(), expected)
    finally:
        cursor.close()
        dbapi_connection.rollback()


def check_owner(db: Connection, name: str) -> None:
    """Refuse a connection of the migrator that leads to another database, or to another schema.

    Args:
        db: within its transaction, before its first statement that matters.
        name: the name in the identity row.

    Raises:
        WrongDatabase, WrongSchema: as `check_connection`.
    """
    if not db.scalar(text("select to_regclass('public.database_identity') is not null")):
        raise WrongDatabase("no identity", wanted=name)
    _check_name(db.execute(text(_NAME)).first(), Expected("app", name))


def check_name(db: Connection, name: str) -> None:
    """Refuse a database that bears another name already; an empty one bears none. Raises WrongDatabase."""
    if db.scalar(text("select to_regclass('public.database_identity') is not null")):
        kept = db.scalar(text("select name from database_identity"))
        if kept not in (None, name):
            raise WrongDatabase(kept, wanted=name)


def _check_role(row: Any, expected: Expected) -> None:
    name, unbound, member, owner, migrated, prepared = row
    wanted = f"shuangsui_{expected.role}"
    if unbound:
        raise WrongRole(f"{name}: SUPERUSER/BYPASSRLS", wanted=wanted)
    if owner:
        raise WrongRole(f"{name}: OWNER", wanted=wanted)
    if not member:
        raise WrongRole(name, wanted=wanted)
    if not migrated:
        raise WrongDatabase("no identity", wanted=expected.name or "migrated")
    if expected.own and expected.role == "app" and not prepared:
        raise NoTwoPhase("max_prepared_transactions = 0", wanted="max_prepared_transactions > 0")


def _check_name(row: Any, expected: Expected) -> None:
    if row is None:
        raise WrongDatabase("no identity row", wanted=expected.name or "migrated")
    name, version = row
    if expected.name is not None and name != expected.name:
        raise WrongDatabase(name, wanted=expected.name)
    if version != SCHEMA_VERSION:
        raise WrongSchema(f"schema {version}", wanted=f"schema {SCHEMA_VERSION}")
