"""Connections to other systems, what was handed over by them, and what the two sides compared."""

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, text

from tenants.tables.base import blob, bureau_table, data, ident, moment, number, one_of, words

connection = bureau_table(
    "connection",
    ident(),
    words("profile"),
    words("mode"),
    data("settings"),
    blob("sealed"),
    words("made_by"),
    moment("made_at"),
    words("ended_by", null=True),
    moment("ended_at", null=True),
    one_of("mode", "http", "folder", "manual"),
    CheckConstraint("(ended_at is null) = (ended_by is null)", name="end"),
)
Index(
    "connection_live_idx",
    connection.c.bureau,
    connection.c.profile,
    unique=True,
    postgresql_where=text("ended_at is null"),
)

delivery = bureau_table(
    "delivery",
    ident("upload_id"),
    ident("connection_id", key=False),
    words("state"),
    number("tries"),
    words("last_error", null=True),
    moment("made_at"),
    moment("tried_at", null=True),
    moment("settled_at", null=True),
    one_of("state", "waiting", "sent", "received", "refused", "dead"),
    CheckConstraint("(state in ('received', 'refused', 'dead')) = (settled_at is not null)", name="settled"),
    CheckConstraint("tries >= 0", name="tries"),
    ForeignKeyConstraint(["bureau", "upload_id"], ["upload.bureau", "upload.id"]),
    ForeignKeyConstraint(["bureau", "connection_id"], ["connection.bureau", "connection.id"]),
)

reconciliation = bureau_table(
    "reconciliation",
    ident(),
    ident("connection_id", key=False),
    moment("at"),
    number("ours"),
    number("theirs"),
    data("found"),
    ForeignKeyConstraint(["bureau", "connection_id"], ["connection.bureau", "connection.id"]),
    append_only=True,
)
Index("reconciliation_at_idx", reconciliation.c.bureau, reconciliation.c.at)
