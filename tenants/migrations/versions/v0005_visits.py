"""Step 0005: visits, findings, uploads, notices."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Create the tables."""
    _upload()
    _visit()
    _finding()
    _notice()


def _upload() -> None:
    op.create_table(
        "upload",
        sa.Column("bureau", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("profile", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("file", sa.LargeBinary(), nullable=False),
        sa.Column("count", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("receipt", sa.Text(), nullable=True),
        sa.Column("receipt_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name="upload_bureau_fkey"),
        sa.PrimaryKeyConstraint("bureau", "id", name="upload_pkey"),
    )


def _visit() -> None:
    op.create_table(
        "visit",
        sa.Column("bureau", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("draw_no", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("slot", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("site_code", sa.Text(), nullable=False),
        sa.Column("visit_type", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("officers", postgresql.JSONB(), nullable=False),
        sa.Column("form", postgresql.JSONB(), nullable=False),
        sa.Column("result_code", sa.Text(), nullable=False),
        sa.Column("narrative", sa.Text(), nullable=False),
        sa.Column("record_sha256", sa.Text(), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("reviewed_by", sa.Text(), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("upload_due", sa.Date(), nullable=True),
        sa.Column("publish_due", sa.Date(), nullable=True),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("upload_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("state in ('recorded', 'returned', 'accepted')", name="visit_state"),
        sa.CheckConstraint(
            "visit_type in ('random', 'special', 'case', 'followup', 'complaint', 'revisit')",
            name="visit_visit_type",
        ),
        sa.CheckConstraint("(draw_no is null) = (slot is null)", name="visit_slot"),
        sa.CheckConstraint("ended_at >= started_at", name="visit_times"),
        sa.CheckConstraint("reviewed_by <> recorded_by", name="visit_two_hands"),
        sa.ForeignKeyConstraint(
            ["bureau", "draw_no", "slot"],
            ["task.bureau", "task.draw_no", "task.slot"],
            name="visit_bureau_draw_no_slot_fkey",
        ),
        sa.ForeignKeyConstraint(
            ["bureau", "upload_id"], ["upload.bureau", "upload.id"], name="visit_bureau_upload_id_fkey"
        ),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name="visit_bureau_fkey"),
        sa.ForeignKeyConstraint(["subject"], ["bureau.code"], name="visit_subject_fkey"),
        sa.PrimaryKeyConstraint("bureau", "id", name="visit_pkey"),
    )
    op.create_index(
        "visit_standing",
        "visit",
        ["bureau", "draw_no", "slot"],
        unique=True,
        postgresql_where=sa.text("state <> 'returned'"),
    )
    op.create_index("visit_time_idx", "visit", ["bureau", "started_at"], unique=False)
    op.create_index("visit_site_idx", "visit", ["bureau", "subject", "site_code"], unique=False)


def _finding() -> None:
    op.create_table(
        "finding",
        sa.Column("bureau", sa.Text(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("order_due", sa.Date(), nullable=True),
        sa.Column("corrected_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("penalty_ref", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bureau", "visit_id"], ["visit.bureau", "visit.id"], name="finding_bureau_visit_id_fkey"
        ),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name="finding_bureau_fkey"),
        sa.PrimaryKeyConstraint("bureau", "visit_id", "n", name="finding_pkey"),
    )


def _notice() -> None:
    op.create_table(
        "notice",
        sa.Column("bureau", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("body", postgresql.JSONB(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_why", sa.Text(), nullable=True),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name="notice_bureau_fkey"),
        sa.ForeignKeyConstraint(["subject"], ["bureau.code"], name="notice_subject_fkey"),
        sa.PrimaryKeyConstraint("bureau", "id", name="notice_pkey"),
    )
    op.create_index(
        "notice_public_idx",
        "notice",
        ["bureau", "published_at"],
        unique=False,
        postgresql_where=sa.text("published_at is not null"),
    )
