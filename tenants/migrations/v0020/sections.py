"""What a section hands in of the roster: kept whole, then merged or returned, once."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from tenants.migrations.v0008.guards import guard
from tenants.migrations.v0014.moving import movable

_STEPS = """
create function roster_submission_steps() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  if old.state <> 'submitted' or new.state = 'submitted'
    or (new.bureau, new.id, new.section, new.section_name, new.file_name, new.sha256, new.content, new.report,
        new.at, new."by", new.by_name)
      is distinct from (old.bureau, old.id, old.section, old.section_name, old.file_name, old.sha256,
        old.content, old.report, old.at, old."by", old.by_name) then
    raise exception using errcode = '23514', constraint = 'roster_submission_steps',
      message = 'settled submission';
  end if;
  return new;
end $$
"""
GUARDS = (
    "grant select, insert, update (state, decided_at, decided_by, why, batch) on roster_submission"
    " to shuangsui_app",
    "grant select on roster_submission to shuangsui_auditor",
    _STEPS,
    "create trigger roster_submission_steps before update on roster_submission"
    " for each row execute function roster_submission_steps()",
)


def create() -> None:
    """The table, its policies and its steps."""
    op.create_table(
        "roster_submission",
        sa.Column("bureau", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("section", sa.Text(), nullable=False),
        sa.Column("section_name", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("report", postgresql.JSONB(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("batch", sa.Uuid(), nullable=True),
        sa.CheckConstraint("state in ('submitted', 'merged', 'returned')", name="roster_submission_state"),
        sa.CheckConstraint(
            "(state = 'submitted') = (decided_at is null) and (decided_at is null) = (decided_by is null)",
            name="roster_submission_decided",
        ),
        sa.CheckConstraint("(state = 'merged') = (batch is not null)", name="roster_submission_merged"),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name="roster_submission_bureau_fkey"),
        sa.ForeignKeyConstraint(
            ["bureau", "batch"],
            ["import_batch.bureau", "import_batch.id"],
            name="roster_submission_bureau_batch_fkey",
        ),
        sa.PrimaryKeyConstraint("bureau", "id", name="roster_submission_pkey"),
    )
    guard("roster_submission")
    movable("roster_submission")
    for statement in GUARDS:
        op.execute(statement)
