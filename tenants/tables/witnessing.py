"""Witnesses invited for one draw by link and code, and who stands by the minutes of a draw."""

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index

from tenants.tables.base import bureau_table, data, moment, number, one_of, words

_OF_DRAW = (["bureau", "draw_no"], ["draw.bureau", "draw.draw_no"])

witness_invitation = bureau_table(
    "witness_invitation",
    number("draw_no", key=True),
    number("n", key=True),
    words("name"),
    words("link"),
    words("code"),
    number("tries"),
    moment("at"),
    words("by"),
    moment("expires_at"),
    moment("entered_at", null=True),
    moment("withdrawn_at", null=True),
    words("withdrawn_by", null=True),
    words("device_key", null=True),
    CheckConstraint("n >= 1 and tries between 0 and 10", name="numbers"),
    CheckConstraint("(withdrawn_at is null) = (withdrawn_by is null)", name="withdrawn"),
    CheckConstraint("expires_at > at", name="expires"),
    ForeignKeyConstraint(*_OF_DRAW),
)
Index("witness_invitation_link", witness_invitation.c.bureau, witness_invitation.c.link, unique=True)

draw_minutes = bureau_table(
    "draw_minutes",
    number("draw_no", key=True),
    words("role", key=True),
    words("h"),
    data("body"),
    words("by"),
    words("name"),
    moment("at"),
    words("device_key", null=True),
    words("sig", null=True),
    one_of("role", "drawer", "witness"),
    CheckConstraint("(device_key is null) = (sig is null)", name="signed"),
    ForeignKeyConstraint(*_OF_DRAW),
    append_only=True,
)
Index("draw_minutes_two_hands", draw_minutes.c.bureau, draw_minutes.c.draw_no, draw_minutes.c.by, unique=True)
