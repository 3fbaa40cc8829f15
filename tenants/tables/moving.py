"""Moving a bureau between databases: the gate before its writes, in every database; the moves, in control."""

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, ForeignKey, Index, Text, text

from tenants.tables.base import bureau_table, data, ident, moment, one_of, shared_table, words

bureau_gate = shared_table(
    "bureau_gate",
    Column("bureau", Text, ForeignKey("bureau.code"), primary_key=True),
    Column("here", Boolean, nullable=False),
    Column("moving", Boolean, nullable=False, server_default=text("false")),
)

bureau_move = bureau_table(
    "bureau_move",
    ident(),
    words("source"),
    words("target"),
    words("by"),
    words("state"),
    moment("started_at"),
    moment("at"),
    Column("rows", BigInteger),
    Column("size", BigInteger),
    data("tables", null=True),
    moment("cleaned_at", null=True),
    one_of("state", "begun", "copied", "verified", "switched", "done", "undone"),
    CheckConstraint("source <> target", name="apart"),
)
bureau_move.info["stays"] = True
Index(
    "bureau_move_open_idx",
    bureau_move.c.bureau,
    unique=True,
    postgresql_where=text("state not in ('done', 'undone')"),
)
