"""Row-level security and grants of the tables of step 0011, in words of their own."""

from alembic import op

_OWN = "(select nullif(current_setting('app.bureau', true), ''))"
_VISIBLE = "((select nullif(current_setting('app.visible', true), ''))::text[])"
_BOUND = "shuangsui_app, shuangsui_auditor"

GRANTS = (
    "grant select, insert on roster_difference, platform_list to shuangsui_app",
    "grant select on roster_difference, platform_list to shuangsui_auditor",
    "create trigger roster_difference_kept before update or delete or truncate on roster_difference"
    " for each statement execute function refuse_change()",
    "create trigger platform_list_kept before update or delete or truncate on platform_list"
    " for each statement execute function refuse_change()",
    # What was shown becomes public when it goes into the log; of people nothing does.
    "create policy roster_difference_portal on roster_difference for select to shuangsui_portal"
    " using (log_index is not null)",
    "grant select (bureau, draw_no, root, sites, log_index, seen_outside) on roster_difference"
    " to shuangsui_portal",
    # The list a draw was taken over from is told with it; lists handed in to be compared are not.
    "create policy platform_list_portal on platform_list for select to shuangsui_portal"
    " using (verdict = 'source')",
    "grant select (bureau, draw_no, batch, fingerprint, size, verdict, at)"
    " on platform_list to shuangsui_portal",
    # A draw of the platform has no manifest; that it was taken over is public.
    "alter policy draw_portal on draw using (m is not null or authority = 'platform')",
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
