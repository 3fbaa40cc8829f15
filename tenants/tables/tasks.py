"""Drawn visits: sealed until dispatched; assignments and joint visits are written at dispatch."""

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, ForeignKeyConstraint, Index, Text

from tenants.tables.base import blob, bureau_table, day, moment, number, one_of, words

task = bureau_table(
    "task",
    number("draw_no", key=True),
    number("slot", key=True),
    blob("blob"),
    words("state"),
    words("drawn_by"),
    day("visit_on", null=True),
    moment("dispatched_at", null=True),
    words("dispatched_by", null=True),
    words("row_mark"),
    one_of(
        "state", "drawn", "dispatched", "arrived", "recorded", "reviewed", "published", "cancelled"
    ),
    CheckConstraint("dispatched_by <> drawn_by", name="two_hands"),
    ForeignKeyConstraint(["bureau", "draw_no"], ["draw.bureau", "draw.draw_no"]),
)  # fmt: skip

_OF_TASK = (["bureau", "draw_no", "slot"], ["task.bureau", "task.draw_no", "task.slot"])

assignment = bureau_table(
    "assignment",
    number("draw_no", key=True),
    number("slot", key=True),
    words("certificate", key=True),
    Column("lead", Boolean, nullable=False),
    day("from_day"),
    day("until_day", null=True),
    ForeignKeyConstraint(*_OF_TASK),
    ForeignKeyConstraint(["bureau", "certificate"], ["officer.bureau", "officer.certificate"]),
)
Index("assignment_officer_idx", assignment.c.bureau, assignment.c.certificate, assignment.c.from_day)

joint = bureau_table(
    "joint",
    number("draw_no", key=True),
    number("slot", key=True),
    Column("other_bureau", Text, ForeignKey("bureau.code"), primary_key=True),
    number("other_draw_no", key=True),  # a void draw leaves its link behind; the next draw gets its own
    number("other_slot"),
    ForeignKeyConstraint(*_OF_TASK),
    append_only=True,
)
