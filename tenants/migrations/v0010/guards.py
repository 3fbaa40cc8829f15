"""Row-level security and grants of the tables of step 0010, in words of their own."""

from alembic import op

_OWN = "(select nullif(current_setting('app.bureau', true), ''))"
_VISIBLE = "((select nullif(current_setting('app.visible', true), ''))::text[])"
_BOUND = "shuangsui_app, shuangsui_auditor"

GRANTS = (
    "grant select, insert, update (approved_by, approved_at, first_event, last_event, withdrawn_by,"
    " withdrawn_at) on draw_change to shuangsui_app",
    "grant select, insert on task_rewrite to shuangsui_app",
    "grant select, insert, update (withdrawn_by, withdrawn_at, rested_at) on declaration to shuangsui_app",
    "grant select on draw_change, task_rewrite, declaration to shuangsui_auditor",
    "create trigger task_rewrite_kept before update or delete or truncate on task_rewrite"
    " for each statement execute function refuse_change()",
    # From the day a draw was to be open, anyone may know how many visits are outstanding; never which.
    # The day is the product's own, set for the transaction that counts; without it nothing is seen.
    "create policy task_portal on task for select to shuangsui_portal using (exists ("
    "select from draw d where d.bureau = task.bureau and d.draw_no = task.draw_no"
    " and d.state <> 'void' and d.reveal_by"
    " <= (select nullif(current_setting('app.public_day', true), ''))::date))",
    "grant select (bureau, draw_no, state) on task to shuangsui_portal",
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
