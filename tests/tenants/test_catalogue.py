"""The catalogue of the migrated database keeps the rules of tenancy, table by table."""

import pytest

from tenants.tables import metadata

TABLES = {
    "database_identity", "bureau", "log_entry", "log_checkpoint", "witness_key",
    "membership", "site", "site_change", "officer", "officer_change", "import_batch", "rule_choice",
    "import_check", "import_heading",
    "rule_revocation", "plan",
    "draw", "draw_change", "task_rewrite", "declaration", "draw_commit", "draw_void_proposal",
    "draw_sealed", "draw_event", "task", "task_plan", "assignment", "joint",
    "visit", "finding", "attachment", "arrival", "upload", "told_line", "notice", "journal", "outbox",
    "idempotency",
    "unit_decision", "bureau_gate", "bureau_move",
    "duty", "entrustment", "key_list", "key_list_entry", "calendar_notice", "closure",
    "roster_difference", "platform_list",
    "key_check", "key_rewrap", "export_mark", "leak_case", "leak_measure",
    "journal_anchor", "job_run", "deployment_job",
    "api_client", "roster_submission", "glass", "role_grant", "keeper_handover",
    "witness_invitation", "draw_minutes", "companion", "officer_span", "officer_training",
    "waiver", "waiver_copy", "draw_waiver",
    "audit_case", "audit_check", "audit_finding", "audit_step",
    "special_evidence", "special_withdrawal", "roster_merge", "key_list_take",
    "connection", "delivery", "reconciliation", "site_successor", "inbound_file", "inbound_fetch",
    "notify_key", "notify_channel", "notify_choice", "notify_message", "notify_attempt",
    "visit_door", "visit_rating", "visit_complaint", "visit_request",
    "hook", "hook_delivery",
}  # fmt: skip
SHARED = {
    "unit_decision", "bureau_gate",
    "database_identity", "bureau", "log_entry", "log_checkpoint", "witness_key",
    "calendar_notice", "deployment_job",
}  # fmt: skip
OF_BUREAU = sorted(TABLES - SHARED)
# in the control database, wherever their bureau lives
STAYS = {
    "membership",
    "role_grant",
    "api_client",
    "bureau_move",
    "glass",
    "waiver",
    "audit_case",
    "audit_check",
    "audit_finding",
    "audit_step",
}
MAY_DELETE = {"unit_decision", "outbox", "idempotency"}
APPEND_ONLY = {
    "site_change", "officer_change", "import_batch", "draw_sealed", "draw_event", "joint", "journal",
    "log_entry", "task_rewrite", "key_list", "key_list_entry", "calendar_notice", "roster_difference",
    "platform_list", "key_check", "key_rewrap", "export_mark", "journal_anchor",
    "draw_minutes", "draw_waiver", "attachment", "arrival", "told_line", "audit_step", "notify_attempt",
    "special_evidence", "special_withdrawal", "reconciliation", "site_successor", "inbound_fetch",
    "visit_door",
}  # fmt: skip
# what the migrator may see and remove of journals, behind an anchor
REMOVAL = {
    "journal": {
        ("journal_migrator", "PERMISSIVE", "SELECT", ("shuangsui_migrator",)),
        ("journal_removal", "PERMISSIVE", "DELETE", ("shuangsui_migrator",)),
    },
    "journal_anchor": {("journal_anchor_migrator", "PERMISSIVE", "SELECT", ("shuangsui_migrator",))},
}
ROLES = ("shuangsui_app", "shuangsui_auditor", "shuangsui_portal")


async def test_every_table_is_classified(template_rows):
    rows = await template_rows("select tablename from pg_tables where schemaname = 'public'")
    assert {name for (name,) in rows} == TABLES | {"alembic_version"}
    held = {t.name: t.info["holds"] for t in metadata.tables.values()}
    assert {n for n, h in held.items() if h == "shared"} == SHARED
    assert {t.name for t in metadata.tables.values() if t.info.get("append_only")} == APPEND_ONLY
    assert {t.name for t in metadata.tables.values() if t.info.get("deletable")} == MAY_DELETE
    assert {t.name for t in metadata.tables.values() if t.info.get("stays")} == STAYS


async def test_only_ordinary_tables_and_no_views(template_rows):
    rows = await template_rows(
        "select relname, relkind from pg_class c join pg_namespace n on n.oid = relnamespace"
        " where nspname = 'public' and relkind not in ('r', 'i')"
    )
    assert rows == []


async def test_security_is_on_and_forced(template_rows):
    rows = await template_rows("select relname from pg_class where relrowsecurity and relforcerowsecurity")
    assert {name for (name,) in rows} == set(OF_BUREAU) | {
        "bureau", "witness_key", "calendar_notice", "deployment_job", "unit_decision",
    }  # fmt: skip


def mover_of(table):
    whom = ("shuangsui_migrator",)
    return {
        (f"{table}_move_read", "PERMISSIVE", "SELECT", whom),
        (f"{table}_move_in", "PERMISSIVE", "INSERT", whom),
        (f"{table}_move_out", "PERMISSIVE", "DELETE", whom),
    }


@pytest.fixture(scope="module")
def expected_policies():
    def of(table):
        return {
            (f"{table}_read", "RESTRICTIVE", "SELECT", ("shuangsui_app", "shuangsui_auditor")),
            (f"{table}_insert", "RESTRICTIVE", "INSERT", ("shuangsui_app", "shuangsui_auditor")),
            (f"{table}_update", "RESTRICTIVE", "UPDATE", ("shuangsui_app", "shuangsui_auditor")),
            (f"{table}_delete", "RESTRICTIVE", "DELETE", ("shuangsui_app", "shuangsui_auditor")),
            (f"{table}_app", "PERMISSIVE", "ALL", ("shuangsui_app",)),
            (f"{table}_auditor", "PERMISSIVE", "SELECT", ("shuangsui_auditor",)),
        } | (set() if table in STAYS else mover_of(table))

    return of


async def test_policies_table_by_table(template_rows, expected_policies):
    rows = await template_rows("select tablename, policyname, permissive, cmd, roles from pg_policies")
    seen: dict[str, set] = {}
    for table, name, permissive, verb, roles in rows:
        seen.setdefault(table, set()).add((name, permissive, verb, tuple(sorted(roles))))
    for table in OF_BUREAU:
        extra = (
            {(f"{table}_portal", "PERMISSIVE", "SELECT", ("shuangsui_portal",))}
            if table
            in (
                "notice",
                "draw",
                "task",
                "rule_choice",
                "rule_revocation",
                "closure",
                "roster_difference",
                "platform_list",
                "waiver_copy",
                "draw_waiver",
            )
            else set()
        )
        assert seen[table] == expected_policies(table) | extra | REMOVAL.get(table, set()), table


async def test_policies_read_the_settings(template_rows):
    rows = await template_rows(
        "select tablename, cmd, qual, with_check from pg_policies where permissive = 'RESTRICTIVE'"
    )
    for table, verb, using, check in rows:
        setting = "app.visible" if verb == "SELECT" else "app.bureau"
        for clause in (using, check):
            assert clause is None or (
                f"NULLIF(current_setting('{setting}'::text, true), ''::text)" in clause
            ), table
        assert (using is None) == (verb == "INSERT")
        assert (check is None) == (verb in ("SELECT", "DELETE"))


async def test_the_mover_sees_the_bureau_it_moves_and_writes_only_where_it_does_not_live(template_rows):
    named = "(bureau = ( SELECT NULLIF(current_setting('app.moving'::text, true), ''::text) AS \"nullif\"))"
    apart = "(bureau = ( SELECT bureau_apart() AS bureau_apart))"
    rows = await template_rows(
        "select tablename, cmd, qual, with_check from pg_policies where policyname like '%\\_move\\_%'"
        " and tablename <> 'bureau_move'"  # the moves' own table
    )
    moved = {table for table, *_ in rows}
    assert moved == set(OF_BUREAU) - STAYS
    assert set(map(tuple, rows)) == {
        (table, *one)
        for table in moved
        for one in (("SELECT", named, None), ("INSERT", None, apart), ("DELETE", apart, None))
    }


async def test_every_write_of_a_bureaus_rows_passes_its_gate(template_rows):
    rows = await template_rows(
        "select tgrelid::regclass::text, tgtype & 126, tgenabled, tgqual is null from pg_trigger"
        " join pg_proc p on p.oid = tgfoid where proname = 'bureau_gate_check'"
    )
    before_insert_update_delete = 2 | 4 | 8 | 16
    assert {(t, kind, bool(plain)) for t, kind, _, plain in rows} == {
        (table, before_insert_update_delete, True) for table in set(OF_BUREAU) - STAYS
    }
    assert {str(on.decode() if isinstance(on, bytes) else on) for _, _, on, _ in rows} == {"O"}


async def test_no_check_on_entering_a_row_stops_the_mover(template_rows):
    rows = await template_rows(
        "select tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) from pg_trigger"
        " where not tgisinternal and tgtype & 5 = 5"  # for each row, on insert
    )
    told = {(t, name) for t, name, text in rows if "CURRENT_USER <> 'shuangsui_migrator'" not in text}
    assert not {(t, name) for t, name in told if t in set(OF_BUREAU) - STAYS}


async def test_functions_with_other_rights_name_their_schemas(template_rows):
    rows = await template_rows(
        "select p.proname, p.proconfig from pg_proc p join pg_namespace n on n.oid = p.pronamespace"
        " where n.nspname = 'public' and p.prosecdef"
    )
    assert {name for name, _ in rows} == {"bureau_gate_hold", "bureau_gate_follows", "bureau_gate_renamed"}
    assert all(config == ["search_path=pg_catalog"] for _, config in rows)


async def test_functions_with_other_rights_are_not_for_everybody(template_rows):
    """Trigger functions cannot be called; every other one names who may."""
    rows = await template_rows(
        "select p.proname, r.role from pg_proc p join pg_namespace n on n.oid = p.pronamespace"
        " cross join unnest(cast(:roles as text[])) r(role)"
        " where n.nspname = 'public' and p.prosecdef and p.prorettype <> 'trigger'::regtype"
        " and has_function_privilege(r.role, p.oid, 'EXECUTE')",
        roles=[*ROLES, "shuangsui_migrator"],
    )
    assert {tuple(row) for row in rows} == {
        ("bureau_gate_hold", "shuangsui_app"), ("bureau_gate_hold", "shuangsui_migrator"),
    }  # fmt: skip


async def test_bureau_leads_every_key(template_rows):
    rows = await template_rows(
        "select c.relname, i.indisprimary, (select attname from pg_attribute a where a.attrelid = c.oid"
        " and a.attnum = i.indkey[0]) from pg_index i join pg_class c on c.oid = i.indrelid"
        " join pg_namespace n on n.oid = c.relnamespace where nspname = 'public' and i.indisunique"
    )
    leads = {(table, column) for table, _, column in rows if table in OF_BUREAU}
    assert leads == {(table, "bureau") for table in OF_BUREAU}
    assert {table for table, primary, _ in rows if primary} >= set(OF_BUREAU)


async def test_bureau_leads_every_foreign_key(template_rows):
    rows = await template_rows(
        "select conrelid::regclass::text, confrelid::regclass::text,"
        " (select attname from pg_attribute where attrelid = conrelid and attnum = conkey[1]),"
        " (select attname from pg_attribute where attrelid = confrelid and attnum = confkey[1]),"
        " confdeltype, confupdtype from pg_constraint where contype = 'f'"
    )
    for table, target, here, there, on_delete, on_update in rows:
        assert (on_delete, on_update) == (b"a", b"a") or (on_delete, on_update) == ("a", "a")
        if target != "bureau":
            assert (here, there) == ("bureau", "bureau"), (table, target)
    assert {table for table, target, here, *_ in rows if (target, here) == ("bureau", "bureau")} >= set(
        OF_BUREAU
    )


async def test_grants(template_rows):
    rows = await template_rows(
        "select grantee, table_name, privilege_type from information_schema.role_table_grants"
        " where table_schema = 'public' and grantee <> 'shuangsui_migrator'"
    )
    held: dict[tuple, set] = {}
    for grantee, table, verb in rows:
        held.setdefault((grantee, verb), set()).add(table)
    assert {grantee for grantee, _ in held} <= set(ROLES)
    assert held[("shuangsui_app", "DELETE")] == MAY_DELETE
    assert {verb for _, verb in held} == {"SELECT", "INSERT", "UPDATE", "DELETE"}
    assert {v for g, v in held if g != "shuangsui_app"} == {"SELECT"}
    assert not held.get(("shuangsui_app", "UPDATE"), set()) & APPEND_ONLY


async def test_append_only_columns_are_not_granted_either(template_rows):
    rows = await template_rows(
        "select distinct table_name from information_schema.column_privileges"
        " where privilege_type = 'UPDATE' and grantee = any(:roles)",
        roles=list(ROLES),
    )
    assert not {name for (name,) in rows} & APPEND_ONLY


async def test_portal_columns_hold_no_secret(template_rows):
    rows = await template_rows(
        "select table_name, column_name from information_schema.column_privileges"
        " where grantee = 'shuangsui_portal' and table_name <> 'alembic_version'"
    )
    seen = {(table, column) for table, column in rows}
    assert {table for table, _ in seen} == {
        "database_identity", "bureau", "notice", "draw", "log_entry", "log_checkpoint", "witness_key",
        "rule_choice", "rule_revocation", "calendar_notice", "closure", "task", "roster_difference",
        "platform_list", "waiver_copy", "draw_waiver",
    }  # fmt: skip
    assert {column for table, column in seen if table == "task"} == {"bureau", "draw_no", "state"}
    hidden = {
        "wrapped_key",
        "created_by",
        "frozen_by",
        "drawn_by",
        "voided_by",
        "made_by",
        "escrow_public",
        "database",
        "proposed_by",
        "approved_by",
        "withdrawn_by",
    }
    assert not {column for _, column in seen} & hidden


async def test_owner_cannot_change_append_only_tables(template_rows, owner_rows):
    rows = await template_rows(
        "select tgrelid::regclass::text from pg_trigger join pg_proc p on p.oid = tgfoid"
        " where proname = 'refuse_change'"
    )
    assert {name for (name,) in rows} == APPEND_ONLY
    with pytest.raises(Exception, match="append-only"):
        await owner_rows("delete from journal")
