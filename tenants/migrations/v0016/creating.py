"""The tables of step 0016."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

TABLES = ("key_rewrap", "export_mark", "leak_case", "leak_measure")
_MOMENT = sa.DateTime(timezone=True)


def create() -> None:
    """All of them, in the order their keys ask for."""
    _key_rewrap()
    _export_mark()
    _leak_case()
    _leak_measure()


def _text(name: str, *, null: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=null)


def _number(name: str, *, null: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), autoincrement=False, nullable=null)


def _moment(name: str, *, null: bool = False) -> sa.Column[object]:
    return sa.Column(name, _MOMENT, nullable=null)


def _of(table: str) -> tuple[sa.ForeignKeyConstraint, ...]:
    return (
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name=f"{table}_bureau_fkey"),
        sa.ForeignKeyConstraint(
            ["bureau", "draw_no"], ["draw.bureau", "draw.draw_no"], name=f"{table}_bureau_draw_no_fkey"
        ),
    )


def _key_rewrap() -> None:
    op.create_table(
        "key_rewrap",
        _text("bureau"),
        _number("draw_no"),
        _number("n"),
        _text("before"),
        _text("after"),
        _text("provider"),
        _text("by"),
        _moment("at"),
        sa.CheckConstraint("n >= 1", name="key_rewrap_n"),
        *_of("key_rewrap"),
        sa.PrimaryKeyConstraint("bureau", "draw_no", "n", name="key_rewrap_pkey"),
    )


def _export_mark() -> None:
    op.create_table(
        "export_mark",
        _text("bureau"),
        _number("n"),
        _text("kind"),
        _number("draw_no", null=True),
        _text("reader"),
        _text("reader_name"),
        sa.Column("rows", sa.ARRAY(sa.Text()), nullable=False),
        _number("count"),
        _text("seed_check"),
        _moment("at"),
        sa.CheckConstraint("n >= 1 and count >= 0", name="export_mark_n"),
        *_of("export_mark"),
        sa.PrimaryKeyConstraint("bureau", "n", name="export_mark_pkey"),
    )


def _leak_case() -> None:
    op.create_table(
        "leak_case",
        _text("bureau"),
        _number("n"),
        _number("draw_no"),
        sa.Column("slots", sa.ARRAY(sa.Integer()), nullable=False),
        sa.Column("seen_on", sa.Date(), nullable=False),
        _text("channel"),
        _text("list_mac", null=True),
        _text("reported_by"),
        _moment("at"),
        _text("state"),
        sa.Column("trace", postgresql.JSONB(), nullable=True),
        _number("proposal"),
        _text("finding", null=True),
        _text("proposed_by", null=True),
        _moment("proposed_at", null=True),
        _text("decided_by", null=True),
        _moment("decided_at", null=True),
        _text("closed_by", null=True),
        _moment("closed_at", null=True),
        sa.CheckConstraint(
            "state in ('reported', 'proposed', 'decided', 'closed')", name="leak_case_state"
        ),
        sa.CheckConstraint("n >= 1 and proposal >= 0", name="leak_case_n"),
        sa.CheckConstraint("decided_by <> proposed_by", name="leak_case_two_hands"),
        sa.CheckConstraint(
            "(state in ('decided', 'closed')) = (decided_at is not null)"
            " and (decided_at is null) = (decided_by is null)"
            " and (state = 'closed') = (closed_at is not null)"
            " and (closed_at is null) = (closed_by is null)"
            " and (state = 'reported') = (proposed_at is null)"
            " and (proposed_at is null) = (proposed_by is null)"
            " and (proposed_at is null) = (finding is null)",
            name="leak_case_steps",
        ),
        *_of("leak_case"),
        sa.PrimaryKeyConstraint("bureau", "n", name="leak_case_pkey"),
    )  # fmt: skip


def _leak_measure() -> None:
    op.create_table(
        "leak_measure",
        _text("bureau"),
        _number("n"),
        _number("proposal"),
        _number("k"),
        _text("kind"),
        _number("ref", null=True),
        _text("done_by", null=True),
        _moment("done_at", null=True),
        sa.CheckConstraint("proposal >= 1 and k >= 1", name="leak_measure_k"),
        sa.CheckConstraint("(done_at is null) = (done_by is null)", name="leak_measure_done"),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name="leak_measure_bureau_fkey"),
        sa.ForeignKeyConstraint(
            ["bureau", "n"], ["leak_case.bureau", "leak_case.n"], name="leak_measure_bureau_n_fkey"
        ),
        sa.PrimaryKeyConstraint("bureau", "n", "proposal", "k", name="leak_measure_pkey"),
    )
