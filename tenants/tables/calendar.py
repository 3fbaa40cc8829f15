"""Working days: the State Council's notices as entered, and a bureau's own closed days."""

from sqlalchemy import CheckConstraint

from tenants.tables.base import bureau_table, data, day, ident, moment, number, shared_table, words

calendar_notice = shared_table(
    "calendar_notice",
    number("year", key=True),
    number("version", key=True),
    words("text"),
    data("holidays"),
    data("workdays"),
    words("by"),
    moment("at"),
    CheckConstraint("year between 2000 and 2999", name="year"),
    append_only=True,
)

closure = bureau_table(
    "closure",
    ident(),
    day("first"),
    day("last"),
    words("why"),
    words("by"),
    moment("at"),
    moment("withdrawn_at", null=True),
    words("withdrawn_by", null=True),
    CheckConstraint("last >= first", name="span"),
)
