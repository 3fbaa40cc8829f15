"""What changed in a roster since the draw before, and lists of the provincial platform; numbers only."""

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKeyConstraint, Index, text

from tenants.tables.base import bureau_table, data, moment, number, one_of, words

_OF_DRAW = (["bureau", "draw_no"], ["draw.bureau", "draw.draw_no"])

roster_difference = bureau_table(
    "roster_difference",
    number("draw_no", key=True),
    number("n", key=True),
    words("h"),
    data("sites"),
    data("people"),
    moment("at"),
    words("by"),
    words("root", null=True),
    number("log_index", null=True),
    Column("seen_outside", Boolean, nullable=False),
    CheckConstraint("n >= 1", name="n"),
    CheckConstraint("(root is null) = (log_index is null)", name="logged"),
    ForeignKeyConstraint(*_OF_DRAW),
    append_only=True,
)
Index(
    "roster_difference_frozen",
    roster_difference.c.bureau,
    roster_difference.c.draw_no,
    unique=True,
    postgresql_where=text("log_index is not null"),
)

platform_list = bureau_table(
    "platform_list",
    number("draw_no", key=True),
    number("n", key=True),
    words("batch"),
    words("verdict"),
    words("fingerprint"),
    number("size"),
    number("missing"),
    number("extra"),
    number("teams"),
    moment("at"),
    words("by"),
    one_of("verdict", "source", "noted", "equal", "different"),
    CheckConstraint(
        "n >= 1 and size >= 0 and missing >= 0 and extra >= 0 and teams >= 0"
        " and (verdict = 'different') = (missing + extra + teams > 0)",
        name="numbers",
    ),
    ForeignKeyConstraint(*_OF_DRAW),
    append_only=True,
)
