"""Step 0009: the State Council's notices as entered, and bureaus' closed days."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from tenants.migrations.v0009.guards import CLOSURES, NOTICES

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Create the tables, guard them."""
    _calendar_notice()
    _closure()
    for statement in (*NOTICES, *CLOSURES):
        op.execute(statement)


def _calendar_notice() -> None:
    op.create_table(
        "calendar_notice",
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("holidays", postgresql.JSONB(), nullable=False),
        sa.Column("workdays", postgresql.JSONB(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("year between 2000 and 2999", name="calendar_notice_year"),
        sa.PrimaryKeyConstraint("year", "version", name="calendar_notice_pkey"),
    )


def _closure() -> None:
    op.create_table(
        "closure",
        sa.Column("bureau", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.Text(), nullable=True),
        sa.CheckConstraint("last >= first", name="closure_span"),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name="closure_bureau_fkey"),
        sa.PrimaryKeyConstraint("bureau", "id", name="closure_pkey"),
    )
