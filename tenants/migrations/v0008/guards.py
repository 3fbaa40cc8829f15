"""Row-level security and grants of the tables of step 0008, in words of their own."""

from alembic import op

_OWN = "(select nullif(current_setting('app.bureau', true), ''))"
_VISIBLE = "((select nullif(current_setting('app.visible', true), ''))::text[])"
_BOUND = "shuangsui_app, shuangsui_auditor"

GRANTS = (
    "grant select, insert, update (until, ended_at, ended_by) on duty to shuangsui_app",
    "grant select, insert, update (until, ended_at, ended_by) on entrustment to shuangsui_app",
    "grant select, insert on key_list to shuangsui_app",
    "grant select, insert on key_list_entry to shuangsui_app",
    "grant select on duty, entrustment, key_list, key_list_entry to shuangsui_auditor",
    "create trigger key_list_kept before update or delete or truncate on key_list"
    " for each statement execute function refuse_change()",
    "create trigger key_list_entry_kept before update or delete or truncate on key_list_entry"
    " for each statement execute function refuse_change()",
    "grant update (approved_at, withdrawn_at, withdrawn_by, withdrawn_why, composed)"
    " on rule_choice to shuangsui_app",
    # An approved choice is a rule in force: public, without the names of the two people.
    "create policy rule_choice_portal on rule_choice for select to shuangsui_portal"
    " using (approved_by is not null)",
    "grant select (bureau, id, key, effective, item, subject, value, basis, factors, approved_at, composed)"
    " on rule_choice to shuangsui_portal",
)


def guard(table: str) -> None:
    """Restrictive bureau policies for both bound roles, one permissive policy a role."""
    op.execute(f"alter table {table} enable row level security, force row level security")
    op.execute(
        f"create policy {table}_read on {table} as restrictive for select to {_BOUND}"
        f" using (bureau = any({_VISIBLE}))"
    )
    for verb, clause in (
        ("insert", f"with check (bureau = {_OWN})"),
        ("update", f"using (bureau = {_OWN}) with check (bureau = {_OWN})"),
        ("delete", f"using (bureau = {_OWN})"),
    ):
        op.execute(f"create policy {table}_{verb} on {table} as restrictive for {verb} to {_BOUND} {clause}")
    op.execute(f"create policy {table}_app on {table} to shuangsui_app using (true) with check (true)")
    op.execute(f"create policy {table}_auditor on {table} for select to shuangsui_auditor using (true)")
