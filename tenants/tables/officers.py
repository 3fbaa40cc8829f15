"""What is kept of an officer beside the roster: leave and recusals with reasons, and training."""

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKeyConstraint, Index, text

from tenants.tables.base import bureau_table, day, ident, moment, number, one_of, words

_OFFICER = (["bureau", "certificate"], ["officer.bureau", "officer.certificate"])

officer_span = bureau_table(
    "officer_span",
    ident(),
    words("certificate"),
    words("kind"),
    words("site", null=True),
    day("first"),
    day("last", null=True),
    words("reason"),
    words("remark"),
    Column("declared", Boolean, nullable=False),
    moment("at"),
    words("by"),
    moment("ended_at", null=True),
    words("ended_by", null=True),
    words("ended_why", null=True),
    one_of("kind", "leave", "recusal"),
    CheckConstraint(
        "(kind = 'recusal') = (site is not null) and (kind = 'recusal' or last is not null)", name="object"
    ),
    CheckConstraint("last is null or last >= first", name="order"),
    CheckConstraint(
        "(ended_at is null) = (ended_by is null) and (ended_at is null) = (ended_why is null)", name="ended"
    ),
    ForeignKeyConstraint(*_OFFICER),
    ForeignKeyConstraint(["bureau", "site"], ["site.bureau", "site.code"]),
)
Index("officer_span_officer_idx", officer_span.c.bureau, officer_span.c.certificate, officer_span.c.at)
Index(
    "officer_span_once",
    officer_span.c.bureau,
    officer_span.c.certificate,
    officer_span.c.site,
    unique=True,
    postgresql_where=text("ended_at is null and kind = 'recusal'"),
)

officer_training = bureau_table(
    "officer_training",
    ident(),
    words("certificate"),
    day("day"),
    words("topic"),
    words("organiser"),
    number("minutes"),
    words("document"),
    moment("at"),
    words("by"),
    moment("withdrawn_at", null=True),
    words("withdrawn_by", null=True),
    words("withdrawn_why", null=True),
    CheckConstraint("minutes > 0", name="length"),
    CheckConstraint(
        "(withdrawn_at is null) = (withdrawn_by is null)"
        " and (withdrawn_at is null) = (withdrawn_why is null)",
        name="withdrawn",
    ),
    ForeignKeyConstraint(*_OFFICER),
)
Index(
    "officer_training_officer_idx",
    officer_training.c.bureau,
    officer_training.c.certificate,
    officer_training.c.day,
)
