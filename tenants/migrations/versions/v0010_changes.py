"""Step 0010: changes after the draw by two people, payloads sealed anew, declared absences and recusals."""

import sqlalchemy as sa
from alembic import op

from tenants.migrations.v0010.guards import GRANTS, guard
from tenants.migrations.v0010.triggers import CHANGE_STEPS

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Create the tables, let an officer return to a visit, keep who amended a draw, guard."""
    _draw_change()
    _task_rewrite()
    _declaration()
    _assignment()
    _draw()
    for table in ("draw_change", "task_rewrite", "declaration"):
        guard(table)
    for statement in (*GRANTS, *CHANGE_STEPS):
        op.execute(statement)


def _draw_change() -> None:
    op.create_table(
        "draw_change",
        sa.Column("bureau", sa.Text(), nullable=False),
        sa.Column("draw_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("blob", sa.LargeBinary(), nullable=False),
        sa.Column("base", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("first_event", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("last_event", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("withdrawn_by", sa.Text(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("approved_by <> by", name="draw_change_two_hands"),
        sa.CheckConstraint(
            "(approved_by is null) = (approved_at is null)"
            " and (approved_by is null) = (first_event is null)"
            " and (approved_by is null) = (last_event is null)",
            name="draw_change_approval",
        ),
        sa.CheckConstraint(
            "(withdrawn_by is null) = (withdrawn_at is null)"
            " and (approved_by is null or withdrawn_by is null)",
            name="draw_change_one_end",
        ),
        sa.CheckConstraint("n >= 1 and base >= 0 and first_event = base + 1 and last_event >= first_event",
                           name="draw_change_numbers"),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name="draw_change_bureau_fkey"),
        sa.ForeignKeyConstraint(
            ["bureau", "draw_no"], ["draw.bureau", "draw.draw_no"], name="draw_change_bureau_draw_no_fkey"
        ),
        sa.PrimaryKeyConstraint("bureau", "draw_no", "n", name="draw_change_pkey"),
    )  # fmt: skip


def _task_rewrite() -> None:
    op.create_table(
        "task_rewrite",
        sa.Column("bureau", sa.Text(), nullable=False),
        sa.Column("draw_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("slot", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("blob", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name="task_rewrite_bureau_fkey"),
        sa.ForeignKeyConstraint(
            ["bureau", "draw_no", "slot"],
            ["task.bureau", "task.draw_no", "task.slot"],
            name="task_rewrite_bureau_draw_no_slot_fkey",
        ),
        sa.ForeignKeyConstraint(
            ["bureau", "draw_no", "n"],
            ["draw_event.bureau", "draw_event.draw_no", "draw_event.n"],
            name="task_rewrite_bureau_draw_no_n_fkey",
        ),
        sa.PrimaryKeyConstraint("bureau", "draw_no", "slot", "n", name="task_rewrite_pkey"),
    )


def _declaration() -> None:
    op.create_table(
        "declaration",
        sa.Column("bureau", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("certificate", sa.Text(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("draw_no", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("slot", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_by", sa.Text(), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rested_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind in ('absence', 'recusal')", name="declaration_kind"),
        sa.CheckConstraint(
            "(kind = 'absence') = (day is not null) and (kind = 'recusal') = (draw_no is not null)"
            " and (draw_no is null) = (slot is null)",
            name="declaration_object",
        ),
        sa.CheckConstraint("(withdrawn_by is null) = (withdrawn_at is null)", name="declaration_end"),
        sa.CheckConstraint("rested_at is null or withdrawn_at is null", name="declaration_rested"),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name="declaration_bureau_fkey"),
        sa.ForeignKeyConstraint(
            ["bureau", "certificate"],
            ["officer.bureau", "officer.certificate"],
            name="declaration_bureau_certificate_fkey",
        ),
        sa.ForeignKeyConstraint(
            ["bureau", "draw_no", "slot"],
            ["task.bureau", "task.draw_no", "task.slot"],
            name="declaration_bureau_draw_no_slot_fkey",
        ),
        sa.PrimaryKeyConstraint("bureau", "id", name="declaration_pkey"),
    )
    standing = sa.text("withdrawn_at is null")
    for name, columns in (
        ("declaration_absence_idx", ["bureau", "certificate", "day"]),
        ("declaration_recusal_idx", ["bureau", "draw_no", "slot", "certificate"]),
    ):
        op.create_index(name, "declaration", columns, unique=True, postgresql_where=standing)


def _assignment() -> None:
    """An officer who was substituted may come back later: the number of the change tells the rows apart."""
    number = sa.Column("n", sa.Integer(), autoincrement=False, server_default="0", nullable=False)
    op.add_column("assignment", number)
    op.alter_column("assignment", "n", server_default=None)
    op.drop_constraint("assignment_pkey", "assignment")
    op.create_primary_key("assignment_pkey", "assignment", ["bureau", "draw_no", "slot", "certificate", "n"])


def _draw() -> None:
    """Who gave a draw another intent had a hand in it, however often it changed hands."""
    people: sa.Column[list[str]] = sa.Column(
        "amended_by", sa.ARRAY(sa.Text()), server_default=sa.text("'{}'::text[]"), nullable=False
    )
    op.add_column("draw", people)
