"""Units of work over several databases: their decisions; memberships read wherever the bureau lives."""

import sqlalchemy as sa
from alembic import op

_VISIBLE = "((select nullif(current_setting('app.visible', true), ''))::text[])"
_EVERYWHERE = "((select nullif(current_setting('app.everywhere', true), ''))::text[])"
_SYSTEM = "(select current_setting('app.system', true)) = 'on'"
_SUBJECT = "(select nullif(current_setting('app.subject', true), ''))"


def create() -> None:
    """The decisions' table; memberships stay in the control database when their bureau moves out of it."""
    op.create_table(
        "unit_decision",
        sa.Column("unit", sa.Uuid(), nullable=False),
        sa.Column("databases", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("unit", name="unit_decision_pkey"),
    )
    op.execute("grant select, insert, delete on unit_decision to shuangsui_app")
    op.execute("grant select on unit_decision to shuangsui_auditor")
    op.execute("alter table unit_decision enable row level security, force row level security")
    for name, verb, whom, clause in (
        ("read", "select", "shuangsui_app, shuangsui_auditor", f"using ({_SYSTEM})"),
        ("insert", "insert", "shuangsui_app", "with check (true)"),  # any unit decides about itself
        ("delete", "delete", "shuangsui_app", f"using ({_SYSTEM})"),
    ):
        op.execute(f"create policy unit_decision_{name} on unit_decision for {verb} to {whom} {clause}")
    op.execute("drop policy membership_read on membership")
    op.execute(
        "create policy membership_read on membership as restrictive for select"
        " to shuangsui_app, shuangsui_auditor"
        f" using (bureau = any({_VISIBLE}) or bureau = any({_EVERYWHERE}) or subject = {_SUBJECT})"
    )
