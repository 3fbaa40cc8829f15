"""Who of another department or of the monitoring station comes along on a drawn visit, for which part."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from tenants.migrations.v0008.guards import guard
from tenants.migrations.v0014.moving import movable

_STEPS = """
create function companion_steps() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  if old.ended_at is not null
    or (new.bureau, new.draw_no, new.slot, new.n, new.subject, new.name, new.role, new.parts,
        new.at, new."by")
      is distinct from
       (old.bureau, old.draw_no, old.slot, old.n, old.subject, old.name, old.role, old.parts,
        old.at, old."by")
  then
    raise exception using errcode = '23514', constraint = 'companion_steps', message = 'ended companion';
  end if;
  return new;
end $$
"""
GUARDS = (
    "grant select, insert, update (ended_at, ended_by) on companion to shuangsui_app",
    "grant select on companion to shuangsui_auditor",
    _STEPS,
    "create trigger companion_steps before update on companion"
    " for each row execute function companion_steps()",
)


def create() -> None:
    """The table, its policies and its steps."""
    op.create_table(
        "companion",
        sa.Column("bureau", sa.Text(), nullable=False),
        sa.Column("draw_no", sa.Integer(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("parts", postgresql.JSONB(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.CheckConstraint("role in ('joint_department', 'monitoring_station')", name="companion_role"),
        sa.CheckConstraint('n >= 1 and subject <> "by"', name="companion_named"),
        sa.CheckConstraint("(ended_at is null) = (ended_by is null)", name="companion_ended"),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name="companion_bureau_fkey"),
        sa.ForeignKeyConstraint(
            ["bureau", "draw_no", "slot"],
            ["task.bureau", "task.draw_no", "task.slot"],
            name="companion_bureau_draw_no_slot_fkey",
        ),
        sa.PrimaryKeyConstraint("bureau", "draw_no", "slot", "n", name="companion_pkey"),
    )
    op.create_index(
        "companion_once",
        "companion",
        ["bureau", "draw_no", "slot", "subject"],
        unique=True,
        postgresql_where=sa.text("ended_at is null"),
    )
    guard("companion")
    movable("companion")
    for statement in GUARDS:
        op.execute(statement)
