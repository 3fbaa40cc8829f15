"""Keys to seal by, keys wrapped anew, marks of exports, leak cases; what a case tells of sites is sealed."""

from sqlalchemy import ARRAY, CheckConstraint, Column, ForeignKeyConstraint, Integer, Text

from tenants.tables.base import blob, bureau_table, data, day, moment, number, one_of, words

_OF_DRAW = (["bureau", "draw_no"], ["draw.bureau", "draw.draw_no"])

key_check = bureau_table(
    "key_check",
    words("provider", key=True),
    number("n", key=True),
    words("version"),
    words("state"),
    blob("blob"),
    one_of("state", "kept", "dropped"),
    CheckConstraint("n >= 1", name="n"),
    append_only=True,
)

key_rewrap = bureau_table(
    "key_rewrap",
    number("draw_no", key=True),
    number("n", key=True),
    words("before"),
    words("after"),
    words("provider"),
    words("by"),
    moment("at"),
    CheckConstraint("n >= 1", name="n"),
    ForeignKeyConstraint(*_OF_DRAW),
    append_only=True,
)

export_mark = bureau_table(
    "export_mark",
    number("n", key=True),
    words("kind"),
    number("draw_no", null=True),
    words("reader"),
    words("reader_name"),
    Column("rows", ARRAY(Text), nullable=False),
    number("count"),
    words("seed_check"),
    moment("at"),
    CheckConstraint("n >= 1 and count >= 0", name="n"),
    ForeignKeyConstraint(*_OF_DRAW),
    append_only=True,
)

leak_case = bureau_table(
    "leak_case",
    number("n", key=True),
    number("draw_no"),
    Column("slots", ARRAY(Integer), nullable=False),
    day("seen_on"),
    words("channel"),
    words("list_mac", null=True),
    words("reported_by"),
    moment("at"),
    words("state"),
    data("trace", null=True),
    number("proposal"),
    words("finding", null=True),
    words("proposed_by", null=True),
    moment("proposed_at", null=True),
    words("decided_by", null=True),
    moment("decided_at", null=True),
    words("closed_by", null=True),
    moment("closed_at", null=True),
    one_of("state", "reported", "proposed", "decided", "closed"),
    CheckConstraint("n >= 1 and proposal >= 0", name="n"),
    CheckConstraint("decided_by <> proposed_by", name="two_hands"),
    CheckConstraint(
        "(state in ('decided', 'closed')) = (decided_at is not null)"
        " and (decided_at is null) = (decided_by is null)"
        " and (state = 'closed') = (closed_at is not null)"
        " and (closed_at is null) = (closed_by is null)"
        " and (state = 'reported') = (proposed_at is null)"
        " and (proposed_at is null) = (proposed_by is null)"
        " and (proposed_at is null) = (finding is null)",
        name="steps",
    ),
    ForeignKeyConstraint(*_OF_DRAW),
)

leak_measure = bureau_table(
    "leak_measure",
    number("n", key=True),
    number("proposal", key=True),
    number("k", key=True),
    words("kind"),
    number("ref", null=True),
    words("done_by", null=True),
    moment("done_at", null=True),
    CheckConstraint("proposal >= 1 and k >= 1", name="k"),
    CheckConstraint("(done_at is null) = (done_by is null)", name="done"),
    ForeignKeyConstraint(["bureau", "n"], ["leak_case.bureau", "leak_case.n"]),
)
