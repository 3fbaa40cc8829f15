"""Merges of what sections handed in: what is shown, what was chosen, and the batch it became."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from tenants.migrations.v0008.guards import guard
from tenants.migrations.v0014.moving import movable

_CHANGED = "version, choices, plan, state, decided_at, decided_by, why, batch"


def create() -> None:
    """One table and its policies."""
    op.create_table(
        "roster_merge",
        sa.Column("bureau", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("parts", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("plan", postgresql.JSONB(none_as_null=True), nullable=False),
        sa.Column("choices", postgresql.JSONB(none_as_null=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("batch", sa.Uuid(), nullable=True),
        sa.CheckConstraint("state in ('open', 'taken', 'dropped')", name="roster_merge_state"),
        sa.CheckConstraint(
            "(state = 'open') = (decided_at is null) and (decided_at is null) = (decided_by is null)",
            name="roster_merge_decided",
        ),
        sa.CheckConstraint("(state = 'taken') = (batch is not null)", name="roster_merge_taken"),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name="roster_merge_bureau_fkey"),
        sa.ForeignKeyConstraint(
            ["bureau", "batch"],
            ["import_batch.bureau", "import_batch.id"],
            name="roster_merge_bureau_batch_fkey",
        ),
        sa.PrimaryKeyConstraint("bureau", "id", name="roster_merge_pkey"),
    )
    guard("roster_merge")
    movable("roster_merge")
    op.execute(f"grant select, insert, update ({_CHANGED}) on roster_merge to shuangsui_app")
    op.execute("grant select on roster_merge to shuangsui_auditor")
