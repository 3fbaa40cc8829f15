"""What a firm is shown at its door, and what it says of the visit; only an open complaint is answered."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from tenants.migrations.v0008.guards import guard
from tenants.migrations.v0014.moving import movable

TABLES = ("visit_door", "visit_rating", "visit_complaint")
GRANTS = (
    "grant select, insert on visit_door to shuangsui_app",
    "grant select, insert, update (marks, words, changed_at) on visit_rating to shuangsui_app",
    "grant select, insert, update (answer, answered_by, answered_at) on visit_complaint to shuangsui_app",
    "grant select on visit_door, visit_rating, visit_complaint to shuangsui_auditor",
    "create trigger visit_door_kept before update or delete or truncate on visit_door"
    " for each statement execute function refuse_change()",
)
_MOMENT = sa.DateTime(timezone=True)


def create() -> None:
    """Three tables and their policies."""
    op.create_table(
        "visit_door",
        *_place(),
        _column("code"),
        _column("card", sa.LargeBinary()),
        _column("again", sa.LargeBinary()),
        _column("at", _MOMENT),
        sa.CheckConstraint("length(code) <= 64", name="visit_door_code"),
        _reference("visit_door", "arrival"),
        *_keys("visit_door", "draw_no", "slot"),
    )
    op.create_index("visit_door_code", "visit_door", ["bureau", "code"], unique=True)
    op.create_table(
        "visit_rating",
        *_place(),
        _column("marks", JSONB()),
        _column("words", sa.LargeBinary(), null=True),
        _column("receipt"),
        _column("at", _MOMENT),
        _column("changed_at", _MOMENT),
        sa.CheckConstraint(
            "length(receipt) = 64 and octet_length(words) <= 4096", name="visit_rating_lengths"
        ),
        _reference("visit_rating", "visit_door"),
        *_keys("visit_rating", "draw_no", "slot"),
    )
    _complaints()
    for table in TABLES:
        guard(table)
        movable(table)
    for statement in GRANTS:
        op.execute(statement)


def _complaints() -> None:
    op.create_table(
        "visit_complaint",
        _column("bureau"),
        _column("id", sa.Uuid()),
        _column("draw_no", sa.Integer()),
        _column("slot", sa.Integer()),
        _column("text", sa.LargeBinary()),
        _column("contact", sa.LargeBinary(), null=True),
        _column("receipt"),
        _column("at", _MOMENT),
        _column("answer", null=True),
        _column("answered_by", null=True),
        _column("answered_at", _MOMENT, null=True),
        sa.CheckConstraint(
            "length(receipt) = 64 and octet_length(text) <= 8192 and octet_length(contact) <= 2048"
            " and length(answer) between 1 and 1000",
            name="visit_complaint_lengths",
        ),
        sa.CheckConstraint(
            "(answer is null) = (answered_by is null) and (answer is null) = (answered_at is null)",
            name="visit_complaint_answered",
        ),
        _reference("visit_complaint", "visit_door"),
        *_keys("visit_complaint", "id"),
    )
    op.create_index("visit_complaint_receipt", "visit_complaint", ["bureau", "receipt"], unique=True)


def _column(name: str, kind: Any = None, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind or sa.Text(), nullable=null)


def _place() -> tuple[sa.Column[Any], ...]:
    return _column("bureau"), _column("draw_no", sa.Integer()), _column("slot", sa.Integer())


def _reference(table: str, other: str) -> sa.ForeignKeyConstraint:
    place = ["bureau", "draw_no", "slot"]
    name = f"{table}_bureau_draw_no_slot_fkey"
    return sa.ForeignKeyConstraint(place, [f"{other}.{one}" for one in place], name=name)


def _keys(table: str, *rest: str) -> tuple[sa.Constraint, ...]:
    whose = sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name=f"{table}_bureau_fkey")
    return whose, sa.PrimaryKeyConstraint("bureau", *rest, name=f"{table}_pkey")
