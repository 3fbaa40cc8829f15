"""Step 0008: choices with proposal, withdrawal and history; duties, entrustments, yearly key lists."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from tenants.migrations.v0008.guards import GRANTS, guard
from tenants.migrations.v0008.triggers import CHOICE_STEPS

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Widen rule_choice, create the tables, guard them."""
    _choices()
    _duty()
    _entrustment()
    _key_list()
    _key_list_entry()
    for table in ("duty", "entrustment", "key_list", "key_list_entry"):
        guard(table)
    for statement in (*GRANTS, *CHOICE_STEPS):
        op.execute(statement)


def _choices() -> None:
    added = (
        sa.Column("id", sa.Uuid(), server_default=sa.text("gen_random_uuid()"), nullable=False),
        sa.Column("item", sa.Text(), server_default="", nullable=False),
        sa.Column("subject", sa.Text(), server_default="", nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.Text(), nullable=True),
        sa.Column("withdrawn_why", sa.Text(), nullable=True),
        sa.Column("composed", postgresql.JSONB(), nullable=True),
    )
    for column in added:
        op.add_column("rule_choice", column)
    # The owner is bound by row-level security too and has no policy: lifted for the one statement.
    op.execute("alter table rule_choice no force row level security")
    op.execute(
        "update rule_choice set item = coalesce(basis ->> 'item', ''),"
        " subject = coalesce(basis ->> 'subject', '')"
    )
    op.execute("alter table rule_choice force row level security")
    for name in ("id", "item", "subject"):
        op.alter_column("rule_choice", name, server_default=None)
    op.drop_constraint("rule_choice_pkey", "rule_choice")
    op.create_primary_key("rule_choice_pkey", "rule_choice", ["bureau", "id"])
    one_end = "approved_by is null or withdrawn_at is null"
    op.create_check_constraint("rule_choice_one_end", "rule_choice", one_end)
    op.create_index(
        "rule_choice_live_idx",
        "rule_choice",
        ["bureau", "key", "effective", "item", "subject"],
        unique=True,
        postgresql_where=sa.text("withdrawn_at is null"),
    )


def _duty() -> None:
    op.create_table(
        "duty",
        sa.Column("bureau", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("duty", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("post", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.CheckConstraint("unit in ('leading_group', 'office', 'duty')", name="duty_unit"),
        sa.CheckConstraint("until >= since", name="duty_span"),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name="duty_bureau_fkey"),
        sa.PrimaryKeyConstraint("bureau", "id", name="duty_pkey"),
    )


def _entrustment() -> None:
    op.create_table(
        "entrustment",
        sa.Column("bureau", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("credit_code", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.Text(), nullable=True),
        sa.CheckConstraint("until >= since", name="entrustment_span"),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name="entrustment_bureau_fkey"),
        sa.PrimaryKeyConstraint("bureau", "id", name="entrustment_pkey"),
    )


def _key_list() -> None:
    op.create_table(
        "key_list",
        sa.Column("bureau", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("issued_on", sa.Date(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("count", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.CheckConstraint("kind in ('whole', 'supplement')", name="key_list_kind"),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name="key_list_bureau_fkey"),
        sa.PrimaryKeyConstraint("bureau", "id", name="key_list_pkey"),
        sa.UniqueConstraint("bureau", "year", "sha256", name="key_list_bureau_year_sha256_key"),
    )


def _key_list_entry() -> None:
    op.create_table(
        "key_list_entry",
        sa.Column("bureau", sa.Text(), nullable=False),
        sa.Column("list_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("division", sa.Text(), nullable=False),
        sa.Column("categories", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name="key_list_entry_bureau_fkey"),
        sa.ForeignKeyConstraint(
            ["bureau", "list_id"],
            ["key_list.bureau", "key_list.id"],
            name="key_list_entry_bureau_list_id_fkey",
        ),
        sa.PrimaryKeyConstraint("bureau", "list_id", "code", name="key_list_entry_pkey"),
    )
