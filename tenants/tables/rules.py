"""A bureau's own dated choices of rule values, and its yearly plans."""

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, text

from tenants.tables.base import bureau_table, data, day, ident, moment, number, one_of, words

rule_choice = bureau_table(
    "rule_choice",
    ident(),
    words("key"),
    day("effective"),
    words("item"),
    words("subject"),
    data("value"),
    data("basis"),
    data("factors"),
    words("proposed_by"),
    words("approved_by", null=True),
    moment("at"),
    moment("approved_at", null=True),
    moment("withdrawn_at", null=True),
    words("withdrawn_by", null=True),
    words("withdrawn_why", null=True),
    data("composed", null=True),
    moment("revoked_at", null=True),
    CheckConstraint("approved_by <> proposed_by", name="two_hands"),
    CheckConstraint("approved_by is null or withdrawn_at is null", name="one_end"),
    CheckConstraint(
        "revoked_at is null or effective > (revoked_at at time zone 'Asia/Shanghai')::date",
        name="revoked_ahead",
    ),
)
Index(
    "rule_choice_live_idx",
    rule_choice.c.bureau,
    rule_choice.c.key,
    rule_choice.c.effective,
    rule_choice.c.item,
    rule_choice.c.subject,
    unique=True,
    postgresql_where=text("withdrawn_at is null and revoked_at is null"),
)

rule_revocation = bureau_table(
    "rule_revocation",
    ident(),
    ident("choice", key=False),
    words("why"),
    words("proposed_by"),
    moment("at"),
    words("approved_by", null=True),
    moment("approved_at", null=True),
    moment("withdrawn_at", null=True),
    words("withdrawn_by", null=True),
    words("withdrawn_why", null=True),
    data("composed", null=True),
    CheckConstraint("approved_by <> proposed_by", name="two_hands"),
    CheckConstraint("approved_by is null or withdrawn_at is null", name="one_end"),
    ForeignKeyConstraint(["bureau", "choice"], ["rule_choice.bureau", "rule_choice.id"]),
)
Index(
    "rule_revocation_live_idx",
    rule_revocation.c.bureau,
    rule_revocation.c.choice,
    unique=True,
    postgresql_where=text("withdrawn_at is null"),
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
