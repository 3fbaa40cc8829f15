"""Photos and signatures of a visit, kept once and never changed."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from tenants.migrations.v0008.guards import guard
from tenants.migrations.v0014.moving import movable

GUARDS = (
    "grant select, insert on attachment to shuangsui_app",
    "grant select on attachment to shuangsui_auditor",
    "create trigger attachment_kept before update or delete or truncate on attachment"
    " for each statement execute function refuse_change()",
    # pictures are compressed already
    "alter table attachment alter column file set storage external",
)


def create() -> None:
    """One table and its policies."""
    op.create_table(
        "attachment",
        sa.Column("bureau", sa.Text(), nullable=False),
        sa.Column("draw_no", sa.Integer(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("media", sa.Text(), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("facts", JSONB(), nullable=False),
        sa.Column("file", sa.LargeBinary(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("certificate", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind in ('photo', 'signature')", name="attachment_kind"),
        sa.CheckConstraint("media in ('image/jpeg', 'image/png', 'image/webp')", name="attachment_media"),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name="attachment_bureau_fkey"),
        sa.ForeignKeyConstraint(
            ["bureau", "draw_no", "slot"],
            ["task.bureau", "task.draw_no", "task.slot"],
            name="attachment_bureau_draw_no_slot_fkey",
        ),
        sa.PrimaryKeyConstraint("bureau", "draw_no", "slot", "sha256", name="attachment_pkey"),
    )
    guard("attachment")
    movable("attachment")
    for statement in GUARDS:
        op.execute(statement)
