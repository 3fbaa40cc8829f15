"""Channels, who wants to be told how, the messages and every try to deliver one. Addresses are sealed."""

from sqlalchemy import ARRAY, CheckConstraint, Column, ForeignKeyConstraint, Index, Text, text

from tenants.tables.base import blob, bureau_table, data, ident, moment, number, one_of, words

_KINDS = ("mail", "sms", "wecom", "dingtalk")

notify_key = bureau_table(
    "notify_key",
    blob("wrapped"),
    moment("made_at"),
)

notify_channel = bureau_table(
    "notify_channel",
    ident(),
    words("kind"),
    data("settings"),
    blob("sealed"),
    Column("events", ARRAY(Text), nullable=False),
    words("made_by"),
    moment("made_at"),
    words("ended_by", null=True),
    moment("ended_at", null=True),
    one_of("kind", *_KINDS),
    CheckConstraint("(ended_at is null) = (ended_by is null)", name="end"),
)
Index(
    "notify_channel_live_idx",
    notify_channel.c.bureau,
    notify_channel.c.kind,
    unique=True,
    postgresql_where=text("ended_at is null"),
)

notify_choice = bureau_table(
    "notify_choice",
    words("subject", key=True),
    blob("mail", null=True),
    blob("mobile", null=True),
    data("events"),
    moment("changed_at"),
)

notify_message = bureau_table(
    "notify_message",
    ident(),
    words("event"),
    words("subject"),
    words("kind"),
    data("facts"),
    words("dedup"),
    words("state"),
    number("tries"),
    moment("made_at"),
    moment("settled_at", null=True),
    words("last_error", null=True),
    one_of("kind", *_KINDS),
    one_of("state", "waiting", "sent", "dead"),
    CheckConstraint("(state = 'waiting') = (settled_at is null)", name="settled"),
    CheckConstraint("tries >= 0", name="tries"),
)
Index(
    "notify_message_dedup_idx",
    notify_message.c.bureau,
    notify_message.c.kind,
    notify_message.c.subject,
    notify_message.c.dedup,
    unique=True,
)
Index("notify_message_made_idx", notify_message.c.bureau, notify_message.c.made_at, notify_message.c.id)

notify_attempt = bureau_table(
    "notify_attempt",
    ident("message"),
    number("n", key=True),
    moment("at"),
    ident("channel", null=True, key=False),
    words("outcome"),
    CheckConstraint("n >= 1", name="n"),
    ForeignKeyConstraint(["bureau", "message"], ["notify_message.bureau", "notify_message.id"]),
    append_only=True,
)
