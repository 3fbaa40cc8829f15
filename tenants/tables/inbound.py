"""Files of other systems as they came in, and every look at what they offer."""

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index

from tenants.tables.base import big, blob, bureau_table, data, ident, moment, number, one_of, words

inbound_file = bureau_table(
    "inbound_file",
    ident(),
    ident("connection_id", key=False),
    words("profile"),
    words("key"),
    words("name"),
    words("mark"),
    big("size"),
    words("state"),
    blob("sealed"),
    data("problem", null=True),
    ident("check_id", null=True, key=False),
    number("draw_no", null=True),
    moment("fetched_at"),
    words("fetched_by"),
    moment("acknowledged_at", null=True),
    moment("decided_at", null=True),
    words("decided_by", null=True),
    one_of("state", "ready", "refused", "done", "dropped"),
    CheckConstraint("(state in ('done', 'dropped')) = (decided_at is not null)", name="settled"),
    CheckConstraint("(decided_at is null) = (decided_by is null)", name="decided"),
    CheckConstraint("(state = 'refused') = (problem is not null)", name="refused"),
    CheckConstraint("char_length(key) between 1 and 64 and char_length(name) <= 200", name="words"),
    CheckConstraint("char_length(mark) between 1 and 64 and size >= 0", name="mark"),
    ForeignKeyConstraint(["bureau", "connection_id"], ["connection.bureau", "connection.id"]),
    ForeignKeyConstraint(["bureau", "check_id"], ["import_check.bureau", "import_check.id"]),
    ForeignKeyConstraint(["bureau", "draw_no"], ["draw.bureau", "draw.draw_no"]),
)
Index("inbound_file_key_idx", *(inbound_file.c[name] for name in ("bureau", "profile", "key")), unique=True)

inbound_fetch = bureau_table(
    "inbound_fetch",
    ident(),
    ident("connection_id", key=False),
    moment("at"),
    words("by"),
    number("offered"),
    number("kept"),
    number("failed"),
    words("problem", null=True),
    CheckConstraint("offered >= 0 and kept >= 0 and failed >= 0", name="numbers"),
    CheckConstraint("char_length(problem) <= 80", name="problem"),
    ForeignKeyConstraint(["bureau", "connection_id"], ["connection.bureau", "connection.id"]),
    append_only=True,
)
Index("inbound_fetch_at_idx", inbound_fetch.c.bureau, inbound_fetch.c.at)
