"""The public log of the deployment, its checkpoints and the keys of its witnesses."""

from sqlalchemy import Column, ForeignKey, Index, Text

from tenants.tables.base import big, blob, data, moment, shared_table, words

log_entry = shared_table(
    "log_entry",
    big("index", key=True),
    data("entry"),
    blob("leaf_hash"),
    words("bureau"),
    words("m", null=True),
    moment("at"),
    append_only=True,
)
Index("log_entry_m_idx", log_entry.c.m)

log_checkpoint = shared_table(
    "log_checkpoint",
    big("size", key=True),
    blob("root"),
    words("note"),
    data("cosignatures"),
    moment("at"),
)

witness_key = shared_table(
    "witness_key",
    words("name", key=True),
    words("vkey"),
    Column("bureau", Text, ForeignKey("bureau.code")),
    blob("escrow_public", null=True),
)
