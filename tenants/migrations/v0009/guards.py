"""Row-level security and grants of the tables of step 0009, in words of their own."""

_OWN = "(select nullif(current_setting('app.bureau', true), ''))"
_VISIBLE = "((select nullif(current_setting('app.visible', true), ''))::text[])"
_SYSTEM = "(select current_setting('app.system', true)) = 'on'"
_BOUND = "shuangsui_app, shuangsui_auditor"

NOTICES = (
    "alter table calendar_notice enable row level security, force row level security",
    "create policy calendar_notice_read on calendar_notice for select using (true)",
    "create policy calendar_notice_insert on calendar_notice for insert to shuangsui_app"
    f" with check ({_SYSTEM})",
    "grant select, insert on calendar_notice to shuangsui_app",
    "grant select on calendar_notice to shuangsui_auditor",
    "grant select (year, version, text, holidays, workdays, at) on calendar_notice to shuangsui_portal",
    "create trigger calendar_notice_kept before update or delete or truncate on calendar_notice"
    " for each statement execute function refuse_change()",
)

CLOSURES = (
    "alter table closure enable row level security, force row level security",
    f"create policy closure_read on closure as restrictive for select to {_BOUND}"
    f" using (bureau = any({_VISIBLE}))",
    f"create policy closure_insert on closure as restrictive for insert to {_BOUND}"
    f" with check (bureau = {_OWN})",
    f"create policy closure_update on closure as restrictive for update to {_BOUND}"
    f" using (bureau = {_OWN}) with check (bureau = {_OWN})",
    f"create policy closure_delete on closure as restrictive for delete to {_BOUND} using (bureau = {_OWN})",
    "create policy closure_app on closure to shuangsui_app using (true) with check (true)",
    "create policy closure_auditor on closure for select to shuangsui_auditor using (true)",
    # The window of a draw is public, so are the days that move it.
    "create policy closure_portal on closure for select to shuangsui_portal using (withdrawn_at is null)",
    "grant select, insert, update (withdrawn_at, withdrawn_by) on closure to shuangsui_app",
    "grant select on closure to shuangsui_auditor",
    "grant select (bureau, id, first, last, why, withdrawn_at) on closure to shuangsui_portal",
)
