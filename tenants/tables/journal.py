"""Who did what, chained; and the plumbing of reliable work: outbox and idempotency keys."""

from sqlalchemy import CheckConstraint, Index, text

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
Index("journal_actor_idx", journal.c.bureau, journal.c.actor, journal.c.n)
Index("journal_at_idx", journal.c.bureau, journal.c.at, journal.c.n)

journal_anchor = bureau_table(
    "journal_anchor",
    big("upto", key=True),
    big("since"),
    blob("hash"),
    words("archive"),
    number("keep_days"),
    moment("at"),
    words("by"),
    CheckConstraint("keep_days >= 190", name="floor"),
    CheckConstraint("archive ~ '^[0-9a-f]{64}$'", name="archive"),
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
    words("dedup", null=True),
    moment("stuck_at", null=True),
    deletable=True,
)
Index("outbox_open_idx", outbox.c.bureau, outbox.c.made_at, postgresql_where=text("done_at is null"))
Index(
    "outbox_dedup_idx",
    outbox.c.bureau,
    outbox.c.topic,
    outbox.c.dedup,
    unique=True,
    postgresql_where=text("done_at is null"),
)

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
