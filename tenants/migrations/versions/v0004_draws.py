"""Step 0004: draws, sealed parts, tasks, assignments, joint visits."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Create the tables."""
    _draw()
    _draw_commit()
    _draw_void_proposal()
    _draw_sealed()
    _draw_event()
    _task()
    _assignment()
    _joint()


def _draw() -> None:
    op.create_table(
        "draw",
        sa.Column("bureau", sa.Text(), nullable=False),
        sa.Column("draw_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("m", sa.Text(), nullable=True),
        sa.Column("prev", sa.Text(), nullable=True),
        sa.Column("manifest", postgresql.JSONB(), nullable=True),
        sa.Column("rules", postgresql.JSONB(), nullable=True),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("frozen_by", sa.Text(), nullable=True),
        sa.Column("beacon_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reveal_by", sa.Date(), nullable=True),
        sa.Column("beacon", postgresql.JSONB(), nullable=True),
        sa.Column("r", sa.Text(), nullable=True),
        sa.Column("z", sa.Text(), nullable=True),
        sa.Column("beacon_by", sa.Text(), nullable=True),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("drawn_by", sa.Text(), nullable=True),
        sa.Column("late", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("void_reason", sa.Text(), nullable=True),
        sa.Column("voided_by", sa.Text(), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=True),
        sa.Column("summary", postgresql.JSONB(), nullable=True),
        sa.CheckConstraint("(state = 'void') = (void_reason is not null)", name="draw_void"),
        sa.CheckConstraint("authority in ('own', 'platform')", name="draw_authority"),
        sa.CheckConstraint("kind in ('routine', 'overlay', 'audit')", name="draw_kind"),
        sa.CheckConstraint("period ~ '^[0-9]{4}Q[1-4]$'", name="draw_period"),
        sa.CheckConstraint(
            "state = 'prepared' or (m is not null and manifest is not null)", name="draw_frozen"
        ),
        sa.CheckConstraint("state in ('prepared', 'frozen', 'drawn', 'opened', 'void')", name="draw_state"),
        sa.CheckConstraint("state not in ('drawn', 'opened') or z is not null", name="draw_drawn"),
        sa.CheckConstraint("draw_no >= 1", name="draw_draw_no"),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name="draw_bureau_fkey"),
        sa.ForeignKeyConstraint(["subject"], ["bureau.code"], name="draw_subject_fkey"),
        sa.PrimaryKeyConstraint("bureau", "draw_no", name="draw_pkey"),
    )
    op.create_index(
        "draw_one_live",
        "draw",
        ["bureau", "subject", "item", "kind", "period"],
        unique=True,
        postgresql_where=sa.text("state <> 'void'"),
    )


def _draw_commit() -> None:
    op.create_table(
        "draw_commit",
        sa.Column("bureau", sa.Text(), nullable=False),
        sa.Column("draw_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("c", sa.Text(), nullable=False),
        sa.Column("escrow_copy", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("revealed", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint("role in ('platform', 'bureau', 'witness')", name="draw_commit_role"),
        sa.ForeignKeyConstraint(
            ["bureau", "draw_no"], ["draw.bureau", "draw.draw_no"], name="draw_commit_bureau_draw_no_fkey"
        ),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name="draw_commit_bureau_fkey"),
        sa.PrimaryKeyConstraint("bureau", "draw_no", "role", name="draw_commit_pkey"),
    )


def _draw_void_proposal() -> None:
    op.create_table(
        "draw_void_proposal",
        sa.Column("bureau", sa.Text(), nullable=False),
        sa.Column("draw_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("approved_by <> by", name="draw_void_proposal_two_hands"),
        sa.CheckConstraint(
            "(approved_by is null) = (approved_at is null)", name="draw_void_proposal_approval"
        ),
        sa.CheckConstraint("n >= 1", name="draw_void_proposal_n"),
        sa.ForeignKeyConstraint(
            ["bureau", "draw_no"],
            ["draw.bureau", "draw.draw_no"],
            name="draw_void_proposal_bureau_draw_no_fkey",
        ),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name="draw_void_proposal_bureau_fkey"),
        sa.PrimaryKeyConstraint("bureau", "draw_no", "n", name="draw_void_proposal_pkey"),
    )


def _draw_sealed() -> None:
    op.create_table(
        "draw_sealed",
        sa.Column("bureau", sa.Text(), nullable=False),
        sa.Column("draw_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("blob", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bureau", "draw_no"], ["draw.bureau", "draw.draw_no"], name="draw_sealed_bureau_draw_no_fkey"
        ),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name="draw_sealed_bureau_fkey"),
        sa.PrimaryKeyConstraint("bureau", "draw_no", "part", name="draw_sealed_pkey"),
    )


def _draw_event() -> None:
    op.create_table(
        "draw_event",
        sa.Column("bureau", sa.Text(), nullable=False),
        sa.Column("draw_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("blob", sa.LargeBinary(), nullable=False),
        sa.Column("h", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["bureau", "draw_no"], ["draw.bureau", "draw.draw_no"], name="draw_event_bureau_draw_no_fkey"
        ),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name="draw_event_bureau_fkey"),
        sa.PrimaryKeyConstraint("bureau", "draw_no", "n", name="draw_event_pkey"),
    )


def _task() -> None:
    op.create_table(
        "task",
        sa.Column("bureau", sa.Text(), nullable=False),
        sa.Column("draw_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("slot", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("blob", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("drawn_by", sa.Text(), nullable=False),
        sa.Column("visit_on", sa.Date(), nullable=True),
        sa.Column("dispatched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("dispatched_by", sa.Text(), nullable=True),
        sa.Column("row_mark", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state in ('drawn', 'dispatched', 'arrived', 'recorded', 'reviewed', 'published', 'cancelled')",
            name="task_state",
        ),
        sa.CheckConstraint("dispatched_by <> drawn_by", name="task_two_hands"),
        sa.ForeignKeyConstraint(
            ["bureau", "draw_no"], ["draw.bureau", "draw.draw_no"], name="task_bureau_draw_no_fkey"
        ),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name="task_bureau_fkey"),
        sa.PrimaryKeyConstraint("bureau", "draw_no", "slot", name="task_pkey"),
    )


def _assignment() -> None:
    op.create_table(
        "assignment",
        sa.Column("bureau", sa.Text(), nullable=False),
        sa.Column("draw_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("slot", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("certificate", sa.Text(), nullable=False),
        sa.Column("lead", sa.Boolean(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("until_day", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["bureau", "certificate"],
            ["officer.bureau", "officer.certificate"],
            name="assignment_bureau_certificate_fkey",
        ),
        sa.ForeignKeyConstraint(
            ["bureau", "draw_no", "slot"],
            ["task.bureau", "task.draw_no", "task.slot"],
            name="assignment_bureau_draw_no_slot_fkey",
        ),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name="assignment_bureau_fkey"),
        sa.PrimaryKeyConstraint("bureau", "draw_no", "slot", "certificate", name="assignment_pkey"),
    )
    op.create_index(
        "assignment_officer_idx", "assignment", ["bureau", "certificate", "from_day"], unique=False
    )


def _joint() -> None:
    op.create_table(
        "joint",
        sa.Column("bureau", sa.Text(), nullable=False),
        sa.Column("draw_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("slot", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("other_bureau", sa.Text(), nullable=False),
        sa.Column("other_draw_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("other_slot", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["bureau", "draw_no", "slot"],
            ["task.bureau", "task.draw_no", "task.slot"],
            name="joint_bureau_draw_no_slot_fkey",
        ),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name="joint_bureau_fkey"),
        sa.ForeignKeyConstraint(["other_bureau"], ["bureau.code"], name="joint_other_bureau_fkey"),
        sa.PrimaryKeyConstraint(
            "bureau", "draw_no", "slot", "other_bureau", "other_draw_no", name="joint_pkey"
        ),
    )
