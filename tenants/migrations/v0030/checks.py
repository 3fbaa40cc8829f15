"""By which keys a bureau's data keys may be wrapped: told apart by a value that says nothing of the key."""

import sqlalchemy as sa
from alembic import op

from tenants.migrations.v0008.guards import guard
from tenants.migrations.v0014.moving import movable

GUARDS = (
    "grant select, insert on key_check to shuangsui_app",
    "grant select on key_check to shuangsui_auditor",
    "create trigger key_check_kept before update or delete or truncate on key_check"
    " for each statement execute function refuse_change()",
)


def create() -> None:
    """The table and its policies."""
    op.create_table(
        "key_check",
        sa.Column("bureau", sa.Text(), nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("blob", sa.LargeBinary(), nullable=False),
        sa.CheckConstraint("state in ('kept', 'dropped')", name="key_check_state"),
        sa.CheckConstraint("n >= 1", name="key_check_n"),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name="key_check_bureau_fkey"),
        sa.PrimaryKeyConstraint("bureau", "provider", "n", name="key_check_pkey"),
    )
    guard("key_check")
    movable("key_check")
    for statement in GUARDS:
        op.execute(statement)
