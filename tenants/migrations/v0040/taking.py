"""Which key list a bureau has taken over into its roster, when, and what it left out."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from tenants.migrations.v0008.guards import guard
from tenants.migrations.v0014.moving import movable


def create() -> None:
    """One table and its policies."""
    op.create_table(
        "key_list_take",
        sa.Column("bureau", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("sources", postgresql.JSONB(none_as_null=True), nullable=False),
        sa.Column("counts", postgresql.JSONB(none_as_null=True), nullable=False),
        sa.Column("sites", postgresql.JSONB(none_as_null=True), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("batch", sa.Uuid(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.Text(), nullable=True),
        sa.CheckConstraint("version > 0", name="key_list_take_version"),
        sa.CheckConstraint("(undone_at is null) = (undone_by is null)", name="key_list_take_undone"),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name="key_list_take_bureau_fkey"),
        sa.ForeignKeyConstraint(
            ["bureau", "batch"],
            ["import_batch.bureau", "import_batch.id"],
            name="key_list_take_bureau_batch_fkey",
        ),
        sa.PrimaryKeyConstraint("bureau", "id", name="key_list_take_pkey"),
    )
    guard("key_list_take")
    movable("key_list_take")
    op.execute("grant select, insert, update (undone_at, undone_by) on key_list_take to shuangsui_app")
    op.execute("grant select on key_list_take to shuangsui_auditor")
