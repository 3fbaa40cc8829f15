"""The training log of officers: day, topic, length and the paper it ended with; withdrawn, never changed."""

import sqlalchemy as sa
from alembic import op

from tenants.migrations.v0008.guards import guard
from tenants.migrations.v0014.moving import movable

_STEPS = """
create function officer_training_steps() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  if old.withdrawn_at is not null or new.withdrawn_at is null
    or (new.bureau, new.id, new.certificate, new.day, new.topic, new.organiser, new.minutes, new.document,
        new.at, new."by")
      is distinct from
       (old.bureau, old.id, old.certificate, old.day, old.topic, old.organiser, old.minutes, old.document,
        old.at, old."by")
  then
    raise exception using errcode = '23514', constraint = 'officer_training_steps', message = 'withdrawn';
  end if;
  return new;
end $$
"""
GUARDS = (
    "grant select, insert, update (withdrawn_at, withdrawn_by, withdrawn_why) on officer_training"
    " to shuangsui_app",
    "grant select on officer_training to shuangsui_auditor",
    _STEPS,
    "create trigger officer_training_steps before update on officer_training"
    " for each row execute function officer_training_steps()",
)


def create() -> None:
    """The table, its policies and its step."""
    op.create_table(
        "officer_training",
        sa.Column("bureau", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("certificate", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("organiser", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.Text(), nullable=True),
        sa.Column("withdrawn_why", sa.Text(), nullable=True),
        sa.CheckConstraint("minutes > 0", name="officer_training_length"),
        sa.CheckConstraint(
            "(withdrawn_at is null) = (withdrawn_by is null)"
            " and (withdrawn_at is null) = (withdrawn_why is null)",
            name="officer_training_withdrawn",
        ),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name="officer_training_bureau_fkey"),
        sa.ForeignKeyConstraint(
            ["bureau", "certificate"],
            ["officer.bureau", "officer.certificate"],
            name="officer_training_bureau_certificate_fkey",
        ),
        sa.PrimaryKeyConstraint("bureau", "id", name="officer_training_pkey"),
    )
    op.create_index("officer_training_officer_idx", "officer_training", ["bureau", "certificate", "day"])
    guard("officer_training")
    movable("officer_training")
    for statement in GUARDS:
        op.execute(statement)
