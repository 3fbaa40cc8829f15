"""Who did what, chained; and the plumbing of reliable work: outbox and idempotency keys."""

from sqlalchemy import Index, text

from tenants.tables.base import big, blob, bureau_table, data, ident, moment, number, words

journal = bureau_table(
    "journal",
    big("n", key=True),
    moment("at"),
    words("actor"),
    words("actor_name"),
    words("action"),
    words("target"),
    words("why"),
    data("before", null=True),
    data("after", null=True),
    blob("prev"),
    blob("hash"),
    append_only=True,
)

outbox = bureau_table(
    "outbox",
    ident(),
    words("topic"),
    data("payload"),
    moment("made_at"),
    moment("lease_until", null=True),
    moment("done_at", null=True),
    number("tries"),
    words("last_error", null=True),
    deletable=True,
)
Index("outbox_open_idx", outbox.c.bureau, outbox.c.made_at, postgresql_where=text("done_at is null"))

idempotency = bureau_table(
    "idempotency",
    words("actor", key=True),
    words("key", key=True),
    words("request_sha256"),
    number("status", null=True),
    data("response", null=True),
    moment("at"),
    deletable=True,
)
