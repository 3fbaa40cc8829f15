"""Webhooks: addresses of other systems, and every event told to each. Secrets are sealed."""

from sqlalchemy import ARRAY, CheckConstraint, Column, ForeignKeyConstraint, Index, Text

from tenants.tables.base import blob, bureau_table, ident, moment, number, one_of, words

hook = bureau_table(
    "hook",
    ident(),
    words("url"),
    words("words"),
    Column("events", ARRAY(Text), nullable=False),
    blob("sealed"),
    words("made_by"),
    moment("made_at"),
    moment("former_until", null=True),
    moment("gone_at", null=True),
    words("ended_by", null=True),
    moment("ended_at", null=True),
    CheckConstraint("length(url) between 9 and 500 and length(words) <= 100", name="lengths"),
    CheckConstraint("cardinality(events) between 1 and 20", name="events"),
    CheckConstraint("(ended_at is null) = (ended_by is null)", name="end"),
)

hook_delivery = bureau_table(
    "hook_delivery",
    ident(),
    ident("hook", key=False),
    words("event"),
    blob("body"),
    moment("made_at"),
    words("state"),
    number("tries"),
    moment("tried_at", null=True),
    moment("settled_at", null=True),
    number("status", null=True),
    words("answer", null=True),
    words("last_error", null=True),
    one_of("state", "waiting", "sent", "dead"),
    CheckConstraint("octet_length(body) <= 4096 and length(answer) <= 200", name="lengths"),
    CheckConstraint("(state = 'waiting') = (settled_at is null)", name="settled"),
    ForeignKeyConstraint(["bureau", "hook"], ["hook.bureau", "hook.id"]),
)
Index("hook_delivery_made_idx", hook_delivery.c.bureau, hook_delivery.c.made_at)
