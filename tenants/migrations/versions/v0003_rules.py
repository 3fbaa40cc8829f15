"""Step 0003: rule choices and yearly plans."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the tables."""
    _rule_choice()
    _plan()


def _rule_choice() -> None:
    op.create_table(
        "rule_choice",
        sa.Column("bureau", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("effective", sa.Date(), nullable=False),
        sa.Column("value", postgresql.JSONB(), nullable=False),
        sa.Column("basis", postgresql.JSONB(), nullable=False),
        sa.Column("factors", postgresql.JSONB(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("approved_by <> proposed_by", name="rule_choice_two_hands"),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name="rule_choice_bureau_fkey"),
        sa.PrimaryKeyConstraint("bureau", "key", "effective", name="rule_choice_pkey"),
    )


def _plan() -> None:
    op.create_table(
        "plan",
        sa.Column("bureau", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("body", postgresql.JSONB(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.CheckConstraint("(state = 'approved') = (approved_by is not null)", name="plan_approved"),
        sa.CheckConstraint("state in ('draft', 'approved')", name="plan_state"),
        sa.CheckConstraint("approved_by <> made_by", name="plan_two_hands"),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name="plan_bureau_fkey"),
        sa.PrimaryKeyConstraint("bureau", "year", "version", name="plan_pkey"),
    )
