"""Tables of the whole deployment, roles, schema: who may do what, as data; anything else is red."""

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

ROLES = ("app", "auditor", "portal")
VERBS = ("SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
# table → role → what it may do, a column's worth counted too; tables of bureaus stand in test_catalogue.py
READ, WRITE, CHANGE = {"SELECT"}, {"SELECT", "INSERT"}, {"SELECT", "INSERT", "UPDATE"}
DEPLOYMENT: dict[str, dict[str, set[str]]] = {
    "alembic_version": {"app": READ, "auditor": READ, "portal": READ},
    "database_identity": {"app": READ, "auditor": READ, "portal": READ},
    "bureau": {"app": CHANGE, "auditor": READ, "portal": READ},
    "witness_key": {"app": CHANGE, "auditor": READ, "portal": READ},
    "calendar_notice": {"app": WRITE, "auditor": READ, "portal": READ},
    "log_checkpoint": {"app": CHANGE, "auditor": READ, "portal": READ},
    "deployment_job": {"app": CHANGE, "auditor": READ},
    "unit_decision": {"app": WRITE | {"DELETE"}, "auditor": READ},
}
OPEN = (  # each opens the schema in one way
    "grant delete on bureau to shuangsui_app",
    "grant truncate on witness_key to shuangsui_app",
    "grant update (text) on calendar_notice to shuangsui_app",
    "grant select on unit_decision to public",
    "create table stray (code text); grant select on stray to shuangsui_portal",
)


async def held(db: AsyncConnection) -> dict[str, dict[str, set[str]]]:
    """What the roles may do with each table that belongs to no bureau."""
    rows = await db.execute(
        text(
            "select c.relname, r.role, v.verb from pg_class c"
            " cross join unnest(cast(:roles as text[])) r(role)"
            " cross join unnest(cast(:verbs as text[])) v(verb)"
            " where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and not exists (select from"
            " pg_attribute a where a.attrelid = c.oid and a.attname = 'bureau' and a.attnotnull)"
            " and (has_table_privilege('shuangsui_' || r.role, c.oid, v.verb) or (v.verb not in ('DELETE',"
            " 'TRUNCATE', 'TRIGGER') and has_any_column_privilege('shuangsui_' || r.role, c.oid, v.verb)))"
        ),
        {"roles": list(ROLES), "verbs": list(VERBS)},
    )
    found: dict[str, dict[str, set[str]]] = {}
    for table, role, verb in rows:
        found.setdefault(table, {}).setdefault(role, set()).add(verb)
    return found


async def test_the_deployments_tables_are_open_as_declared(superuser: AsyncConnection) -> None:
    assert await held(superuser) == DEPLOYMENT


@pytest.mark.parametrize("statement", OPEN)
async def test_one_grant_more_is_seen(superuser: AsyncConnection, statement: str) -> None:
    for one in statement.split(";"):
        await superuser.execute(text(one))
    assert await held(superuser) != DEPLOYMENT


async def test_nobody_may_truncate_any_table(superuser: AsyncConnection) -> None:
    sql = (
        "select c.relname, r.rolname from pg_class c cross join pg_roles r where c.relkind = 'r'"
        " and c.relnamespace = 'public'::regnamespace and r.rolname like 'shuangsui_%'"
        " and r.rolname <> 'shuangsui_migrator' and has_table_privilege(r.oid, c.oid, 'TRUNCATE')"
    )
    assert (await superuser.execute(text(sql))).all() == []


async def test_no_role_can_pass_by_the_policies(superuser: AsyncConnection) -> None:
    """None is a superuser, bypasses, inherits from another, owns a table or makes one; the migrator owns."""
    sql = (
        "select rolname from pg_roles r where rolname like 'shuangsui_%' and (rolsuper or rolbypassrls"
        " or rolcreaterole or rolcreatedb or rolreplication"
        " or exists (select from pg_auth_members m where m.member = r.oid)"
        " or rolname <> 'shuangsui_migrator' and (has_schema_privilege(r.oid, 'public', 'CREATE')"
        " or exists (select from pg_class c where c.relowner = r.oid)))"
    )
    assert (await superuser.scalars(text(sql))).all() == []


async def test_no_view_and_no_rule_reads_past_the_policies(superuser: AsyncConnection) -> None:
    """A view would need security_invoker; there is none, and no rewrite rule either."""
    sql = (
        "select c.relname from pg_class c where c.relnamespace = 'public'::regnamespace and (c.relkind = 'm'"
        " or c.relkind = 'v' and not coalesce(c.reloptions, '{}') @> '{security_invoker=true}'"
        " or c.relkind = 'r' and exists (select from pg_rewrite w where w.ev_class = c.oid))"
    )
    assert (await superuser.scalars(text(sql))).all() == []
    await superuser.execute(text("create view stray as select * from site"))
    assert (await superuser.scalars(text(sql))).all() == ["stray"]


async def test_functions_of_other_rights_fix_their_path(superuser: AsyncConnection) -> None:
    sql = (
        "select proname from pg_proc where pronamespace = 'public'::regnamespace and prosecdef and not exists"
        " (select from unnest(coalesce(proconfig, '{}')) c where c like 'search\\_path=pg\\_catalog%')"
    )
    assert (await superuser.scalars(text(sql))).all() == []
    await superuser.execute(
        text("create function stray() returns int language sql security definer as 'select 1'")
    )
    assert (await superuser.scalars(text(sql))).all() == ["stray"]
