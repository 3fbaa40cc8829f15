"""What is told to the public; `body` holds public fields only."""

from sqlalchemy import Column, ForeignKey, Index, Text, text

from tenants.tables.base import bureau_table, data, day, ident, moment, words

notice = bureau_table(
    "notice",
    ident(),
    words("kind"),
    Column("subject", Text, ForeignKey("bureau.code"), nullable=False),
    words("title"),
    data("body"),
    moment("published_at", null=True),
    day("due_on", null=True),
    moment("withdrawn_at", null=True),
    words("withdrawn_why", null=True),
    words("made_by"),
)
Index(
    "notice_public_idx",
    notice.c.bureau,
    notice.c.published_at,
    postgresql_where=text("published_at is not null"),
)
