"""The day and team set for a drawn visit before it is handed out; the visit itself stays sealed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from tenants.migrations.v0008.guards import guard
from tenants.migrations.v0014.moving import movable

GUARDS = (
    "grant select, insert, update (visit_on, team, by, at) on task_plan to shuangsui_app",
    "grant select on task_plan to shuangsui_auditor",
)


def create() -> None:
    """One table and its policies."""
    op.create_table(
        "task_plan",
        sa.Column("bureau", sa.Text(), nullable=False),
        sa.Column("draw_no", sa.Integer(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("visit_on", sa.Date(), nullable=False),
        sa.Column("team", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("cardinality(team) > 0", name="task_plan_team"),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name="task_plan_bureau_fkey"),
        sa.ForeignKeyConstraint(
            ["bureau", "draw_no", "slot"],
            ["task.bureau", "task.draw_no", "task.slot"],
            name="task_plan_bureau_draw_no_slot_fkey",
        ),
        sa.PrimaryKeyConstraint("bureau", "draw_no", "slot", name="task_plan_pkey"),
    )
    guard("task_plan")
    movable("task_plan")
    for statement in GUARDS:
        op.execute(statement)
