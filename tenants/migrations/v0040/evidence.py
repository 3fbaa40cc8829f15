"""What shows that a site is special: dated records, and their withdrawals beside them."""

import sqlalchemy as sa
from alembic import op

from tenants.migrations.v0008.guards import guard
from tenants.migrations.v0014.moving import movable

TABLES = ("special_evidence", "special_withdrawal")


def create() -> None:
    """Two tables that only grow."""
    op.create_table(
        "special_evidence",
        sa.Column("bureau", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("criterion", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("cite", sa.Text(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("dated", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("batch", sa.Uuid(), nullable=True),
        sa.CheckConstraint("until >= dated", name="special_evidence_until"),
        sa.CheckConstraint("document <> '' and words <> ''", name="special_evidence_said"),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name="special_evidence_bureau_fkey"),
        sa.ForeignKeyConstraint(
            ["bureau", "code"], ["site.bureau", "site.code"], name="special_evidence_bureau_code_fkey"
        ),
        sa.ForeignKeyConstraint(
            ["bureau", "batch"],
            ["import_batch.bureau", "import_batch.id"],
            name="special_evidence_bureau_batch_fkey",
        ),
        sa.PrimaryKeyConstraint("bureau", "id", name="special_evidence_pkey"),
    )
    op.create_index("special_evidence_bureau_code_idx", "special_evidence", ["bureau", "code"])
    op.create_table(
        "special_withdrawal",
        sa.Column("bureau", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("by_name", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.CheckConstraint("why <> ''", name="special_withdrawal_why"),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name="special_withdrawal_bureau_fkey"),
        sa.ForeignKeyConstraint(
            ["bureau", "id"],
            ["special_evidence.bureau", "special_evidence.id"],
            name="special_withdrawal_bureau_id_fkey",
        ),
        # one withdrawal a record: two hands cannot both take it back
        sa.PrimaryKeyConstraint("bureau", "id", name="special_withdrawal_pkey"),
    )
    for table in TABLES:
        guard(table)
        movable(table)
        op.execute(f"grant select, insert on {table} to shuangsui_app")
        op.execute(f"grant select on {table} to shuangsui_auditor")
        op.execute(
            f"create trigger {table}_kept before update or delete or truncate on {table}"
            " for each statement execute function refuse_change()"
        )
