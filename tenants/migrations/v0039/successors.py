"""What became of a site that ended: another site of the roster, or a place elsewhere; the last word holds."""

import sqlalchemy as sa
from alembic import op

from tenants.migrations.v0008.guards import guard
from tenants.migrations.v0014.moving import movable

GUARDS = (
    "grant select, insert on site_successor to shuangsui_app",
    "grant select on site_successor to shuangsui_auditor",
    "create trigger site_successor_kept before update or delete or truncate on site_successor"
    " for each statement execute function refuse_change()",
)


def create() -> None:
    """One table and its policies."""
    op.create_table(
        "site_successor",
        sa.Column("bureau", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("successor", sa.Text(), nullable=True),
        sa.Column("elsewhere", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("successor is null or elsewhere = ''", name="site_successor_one"),
        sa.CheckConstraint("successor <> code", name="site_successor_other"),
        sa.CheckConstraint("n > 0", name="site_successor_n"),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name="site_successor_bureau_fkey"),
        sa.ForeignKeyConstraint(
            ["bureau", "code"], ["site.bureau", "site.code"], name="site_successor_bureau_code_fkey"
        ),
        sa.ForeignKeyConstraint(
            ["bureau", "successor"], ["site.bureau", "site.code"], name="site_successor_bureau_successor_fkey"
        ),
        sa.PrimaryKeyConstraint("bureau", "code", "n", name="site_successor_pkey"),
    )
    op.create_index("site_successor_from_idx", "site_successor", ["bureau", "successor"])
    guard("site_successor")
    movable("site_successor")
    for statement in GUARDS:
        op.execute(statement)
