"""Step 0011: what changed in the roster since the draw before; draws of the provincial platform."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from tenants.migrations.v0011.external import CHECKS, STEPS
from tenants.migrations.v0011.guards import GRANTS, guard

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Create the tables, let draws without a manifest in under their own numbers, guard."""
    _roster_difference()
    _platform_list()
    for statement in (*CHECKS, *STEPS):
        op.execute(statement)
    for table in ("roster_difference", "platform_list"):
        guard(table)
    for statement in GRANTS:
        op.execute(statement)


def _roster_difference() -> None:
    op.create_table(
        "roster_difference",
        sa.Column("bureau", sa.Text(), nullable=False),
        sa.Column("draw_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("h", sa.Text(), nullable=False),
        sa.Column("sites", postgresql.JSONB(), nullable=False),
        sa.Column("people", postgresql.JSONB(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("root", sa.Text(), nullable=True),
        sa.Column("log_index", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("seen_outside", sa.Boolean(), nullable=False),
        sa.CheckConstraint("n >= 1", name="roster_difference_n"),
        sa.CheckConstraint("(root is null) = (log_index is null)", name="roster_difference_logged"),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name="roster_difference_bureau_fkey"),
        sa.ForeignKeyConstraint(
            ["bureau", "draw_no"],
            ["draw.bureau", "draw.draw_no"],
            name="roster_difference_bureau_draw_no_fkey",
        ),
        sa.PrimaryKeyConstraint("bureau", "draw_no", "n", name="roster_difference_pkey"),
    )
    op.create_index(
        "roster_difference_frozen",
        "roster_difference",
        ["bureau", "draw_no"],
        unique=True,
        postgresql_where=sa.text("log_index is not null"),
    )


def _platform_list() -> None:
    op.create_table(
        "platform_list",
        sa.Column("bureau", sa.Text(), nullable=False),
        sa.Column("draw_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("batch", sa.Text(), nullable=False),
        sa.Column("verdict", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("missing", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("extra", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("teams", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "verdict in ('source', 'noted', 'equal', 'different')", name="platform_list_verdict"
        ),
        sa.CheckConstraint(
            "n >= 1 and size >= 0 and missing >= 0 and extra >= 0 and teams >= 0"
            " and (verdict = 'different') = (missing + extra + teams > 0)",
            name="platform_list_numbers",
        ),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name="platform_list_bureau_fkey"),
        sa.ForeignKeyConstraint(
            ["bureau", "draw_no"], ["draw.bureau", "draw.draw_no"], name="platform_list_bureau_draw_no_fkey"
        ),
        sa.PrimaryKeyConstraint("bureau", "draw_no", "n", name="platform_list_pkey"),
    )
