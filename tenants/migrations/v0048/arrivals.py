"""Who stood at the gate, when and where, before a visit began; nothing of it is changed later."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from tenants.migrations.v0008.guards import guard
from tenants.migrations.v0014.moving import movable

GUARDS = (
    "grant select, insert on arrival to shuangsui_app",
    "grant select on arrival to shuangsui_auditor",
    "create trigger arrival_kept before update or delete or truncate on arrival"
    " for each statement execute function refuse_change()",
)


def create() -> None:
    """One table and its policies."""
    op.create_table(
        "arrival",
        sa.Column("bureau", sa.Text(), nullable=False),
        sa.Column("draw_no", sa.Integer(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("officers", JSONB(), nullable=False),
        sa.Column("position", JSONB(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name="arrival_bureau_fkey"),
        sa.ForeignKeyConstraint(
            ["bureau", "draw_no", "slot"],
            ["task.bureau", "task.draw_no", "task.slot"],
            name="arrival_bureau_draw_no_slot_fkey",
        ),
        sa.PrimaryKeyConstraint("bureau", "draw_no", "slot", name="arrival_pkey"),
    )
    guard("arrival")
    movable("arrival")
    for statement in GUARDS:
        op.execute(statement)
