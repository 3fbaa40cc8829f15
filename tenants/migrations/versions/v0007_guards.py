"""Step 0007: row-level security, grants, and the rules that rows themselves keep.

Every policy and grant stands here in words of its own: nothing is computed from the tables of today.
"""

from alembic import op

from tenants.migrations.v0007.duties import DUTIES
from tenants.migrations.v0007.grants import APP, APPEND_ONLY, OF_BUREAU, PORTAL, SHARED
from tenants.migrations.v0007.triggers import TRIGGERS

revision = "0007"
down_revision = "0006"

_OWN = "(select nullif(current_setting('app.bureau', true), ''))"
_VISIBLE = "((select nullif(current_setting('app.visible', true), ''))::text[])"
_SUBJECT = "(select nullif(current_setting('app.subject', true), ''))"
_SYSTEM = "(select current_setting('app.system', true)) = 'on'"
_BOUND = "shuangsui_app, shuangsui_auditor"


def upgrade() -> None:
    """Guard every table, then grant."""
    op.execute("revoke all on all tables in schema public from public")
    op.execute("grant usage on schema public to shuangsui_app, shuangsui_auditor, shuangsui_portal")
    op.execute("grant select on alembic_version to shuangsui_app, shuangsui_auditor, shuangsui_portal")
    for table in OF_BUREAU:
        _guard(table)
    _guard_shared()
    _show_published()
    for table, verbs in APP.items():
        op.execute(f"grant {verbs} on {table} to shuangsui_app")
    for table in (*OF_BUREAU, *SHARED):
        op.execute(f"grant select on {table} to shuangsui_auditor")
    for table, columns in PORTAL.items():
        op.execute(f"grant select ({columns}) on {table} to shuangsui_portal")
    for statement in (*TRIGGERS, *DUTIES):
        op.execute(statement)
    for table in APPEND_ONLY:
        _append_only(table)


def _guard(table: str) -> None:
    """Restrictive bureau policies for both bound roles, one permissive policy a role."""
    seen = f"bureau = any({_VISIBLE})"
    if table == "membership":  # a login reads its own memberships before it has chosen a bureau
        seen += f" or subject = {_SUBJECT}"
    op.execute(f"alter table {table} enable row level security, force row level security")
    op.execute(f"create policy {table}_read on {table} as restrictive for select to {_BOUND} using ({seen})")
    for verb, clause in (
        ("insert", f"with check (bureau = {_OWN})"),
        ("update", f"using (bureau = {_OWN}) with check (bureau = {_OWN})"),
        ("delete", f"using (bureau = {_OWN})"),
    ):
        op.execute(f"create policy {table}_{verb} on {table} as restrictive for {verb} to {_BOUND} {clause}")
    op.execute(f"create policy {table}_app on {table} to shuangsui_app using (true) with check (true)")
    op.execute(f"create policy {table}_auditor on {table} for select to shuangsui_auditor using (true)")


def _guard_shared() -> None:
    """Everyone reads the bureau tree and the witness keys; only the deployment itself writes them."""
    for table in ("bureau", "witness_key"):
        op.execute(f"alter table {table} enable row level security, force row level security")
        op.execute(f"create policy {table}_read on {table} for select using (true)")
        op.execute(
            f"create policy {table}_insert on {table} for insert to shuangsui_app with check ({_SYSTEM})"
        )
        op.execute(
            f"create policy {table}_update on {table} for update to shuangsui_app"
            f" using ({_SYSTEM}) with check ({_SYSTEM})"
        )


def _show_published() -> None:
    op.execute(
        "create policy notice_portal on notice for select to shuangsui_portal"
        " using (published_at is not null)"
    )
    op.execute("create policy draw_portal on draw for select to shuangsui_portal using (m is not null)")


def _append_only(table: str) -> None:
    op.execute(
        f"create trigger {table}_kept before update or delete or truncate on {table}"
        " for each statement execute function refuse_change()"
    )
