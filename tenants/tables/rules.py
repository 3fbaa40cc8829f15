"""A bureau's own dated choices of rule values, and its yearly plans."""

from sqlalchemy import CheckConstraint

from tenants.tables.base import bureau_table, data, day, moment, number, one_of, words

rule_choice = bureau_table(
    "rule_choice",
    words("key", key=True),
    day("effective", key=True),
    data("value"),
    data("basis"),
    data("factors"),
    words("proposed_by"),
    words("approved_by", null=True),
    moment("at"),
    CheckConstraint("approved_by <> proposed_by", name="two_hands"),
)

plan = bureau_table(
    "plan",
    number("year", key=True),
    number("version", key=True),
    data("body"),
    words("state"),
    moment("made_at"),
    words("made_by"),
    moment("approved_at", null=True),
    words("approved_by", null=True),
    one_of("state", "draft", "approved"),
    CheckConstraint("(state = 'approved') = (approved_by is not null)", name="approved"),
    CheckConstraint("approved_by <> made_by", name="two_hands"),
)
