"""Which program of the identity service may ask in which bureau's name, when, and who allowed it."""

import sqlalchemy as sa
from alembic import op

_OWN = "(select nullif(current_setting('app.bureau', true), ''))"
_VISIBLE = "((select nullif(current_setting('app.visible', true), ''))::text[])"
# All visible bureaus: registrations stay in the control database, wherever their bureau lives.
_EVERYWHERE = "((select nullif(current_setting('app.everywhere', true), ''))::text[])"
_SUBJECT = "(select nullif(current_setting('app.subject', true), ''))"
_BOUND = "shuangsui_app, shuangsui_auditor"

_STEPS = """
create function api_client_steps() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  if old.ended_at is not null or new.ended_at is null
    or (new.bureau, new.id, new.client, new.subject, new.name, new.role, new.valid_from, new.valid_until,
        new.allowed_by, new.allowed_at)
      is distinct from (old.bureau, old.id, old.client, old.subject, old.name, old.role, old.valid_from,
        old.valid_until, old.allowed_by, old.allowed_at) then
    raise exception using errcode = '23514', constraint = 'api_client_steps', message = 'settled client';
  end if;
  return new;
end $$
"""

GUARDS = (
    "alter table api_client enable row level security, force row level security",
    # a program reads its own registrations before a bureau is chosen, as a login reads its memberships
    f"create policy api_client_read on api_client as restrictive for select to {_BOUND}"
    f" using (bureau = any({_VISIBLE}) or bureau = any({_EVERYWHERE}) or client = {_SUBJECT})",
    f"create policy api_client_insert on api_client as restrictive for insert to {_BOUND}"
    f" with check (bureau = {_OWN})",
    f"create policy api_client_update on api_client as restrictive for update to {_BOUND}"
    f" using (bureau = {_OWN}) with check (bureau = {_OWN})",
    f"create policy api_client_delete on api_client as restrictive for delete to {_BOUND}"
    f" using (bureau = {_OWN})",
    "create policy api_client_app on api_client to shuangsui_app using (true) with check (true)",
    "create policy api_client_auditor on api_client for select to shuangsui_auditor using (true)",
    "grant select, insert, update (ended_at, ended_by) on api_client to shuangsui_app",
    "grant select on api_client to shuangsui_auditor",
    _STEPS,
    "create trigger api_client_steps before update on api_client"
    " for each row execute function api_client_steps()",
)


def create() -> None:
    """A registration is entered and ended, never changed; one standing for a program and bureau."""
    op.create_table(
        "api_client",
        sa.Column("bureau", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("allowed_by", sa.Text(), nullable=False),
        sa.Column("allowed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.CheckConstraint("role in ('provincial_client')", name="api_client_role"),
        sa.CheckConstraint("valid_until >= valid_from", name="api_client_days"),
        sa.CheckConstraint("(ended_at is null) = (ended_by is null)", name="api_client_end"),
        sa.CheckConstraint("client <> ''", name="api_client_named"),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name="api_client_bureau_fkey"),
        sa.PrimaryKeyConstraint("bureau", "id", name="api_client_pkey"),
    )
    op.create_index(
        "api_client_live_idx",
        "api_client",
        ["bureau", "client"],
        unique=True,
        postgresql_where=sa.text("ended_at is null"),
    )
    op.create_index("api_client_client_idx", "api_client", ["client"], unique=False)
