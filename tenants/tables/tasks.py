"""Drawn visits: sealed until dispatched; assignments and joint visits are written at dispatch."""

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, ForeignKeyConstraint, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY

from tenants.tables.base import blob, bureau_table, day, ident, moment, number, one_of, words

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
    number("n", key=True),  # event that put the officer there, 0 = the dispatch; who left may come back
    Column("lead", Boolean, nullable=False),
    day("from_day"),
    day("until_day", null=True),
    ForeignKeyConstraint(*_OF_TASK),
    ForeignKeyConstraint(["bureau", "certificate"], ["officer.bureau", "officer.certificate"]),
)
Index("assignment_officer_idx", assignment.c.bureau, assignment.c.certificate, assignment.c.from_day)

task_plan = bureau_table(
    "task_plan",
    number("draw_no", key=True),
    number("slot", key=True),
    day("visit_on"),
    Column("team", ARRAY(Text), nullable=False),  # certificates, the leader first
    words("by"),
    moment("at"),
    CheckConstraint("cardinality(team) > 0", name="team"),
    ForeignKeyConstraint(*_OF_TASK),
)

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

task_rewrite = bureau_table(
    "task_rewrite",
    number("draw_no", key=True),
    number("slot", key=True),
    number("n", key=True),
    blob("blob"),
    ForeignKeyConstraint(*_OF_TASK),
    ForeignKeyConstraint(
        ["bureau", "draw_no", "n"], ["draw_event.bureau", "draw_event.draw_no", "draw_event.n"]
    ),
    append_only=True,
)

declaration = bureau_table(
    "declaration",
    ident(),
    words("kind"),
    words("certificate"),
    day("day", null=True),
    number("draw_no", null=True),
    number("slot", null=True),
    words("by"),
    moment("at"),
    words("withdrawn_by", null=True),
    moment("withdrawn_at", null=True),
    one_of("kind", "absence", "recusal"),
    CheckConstraint(
        "(kind = 'absence') = (day is not null) and (kind = 'recusal') = (draw_no is not null)"
        " and (draw_no is null) = (slot is null)",
        name="object",
    ),
    moment("rested_at", null=True),  # an event rests on it: from then on it cannot be withdrawn
    CheckConstraint("(withdrawn_by is null) = (withdrawn_at is null)", name="end"),
    CheckConstraint("rested_at is null or withdrawn_at is null", name="rested"),
    ForeignKeyConstraint(["bureau", "certificate"], ["officer.bureau", "officer.certificate"]),
    ForeignKeyConstraint(*_OF_TASK),
)
_STANDING = text("withdrawn_at is null")
Index(
    "declaration_absence_idx",
    declaration.c.bureau,
    declaration.c.certificate,
    declaration.c.day,
    unique=True,
    postgresql_where=_STANDING,
)
Index(
    "declaration_recusal_idx",
    declaration.c.bureau,
    declaration.c.draw_no,
    declaration.c.slot,
    declaration.c.certificate,
    unique=True,
    postgresql_where=_STANDING,
)
