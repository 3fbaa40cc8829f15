"""Checked files that wait to be taken, and what a bureau's own headings mean."""

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index

from tenants.tables.base import big, bureau_table, data, ident, moment, one_of, words

import_check = bureau_table(
    "import_check",
    ident(),
    words("kind"),
    words("file_name"),
    words("sha256"),
    big("size"),
    words("state"),
    words("stage"),
    big("done"),
    big("total"),
    data("columns", null=True),
    data("summary", null=True),
    words("mark"),
    data("problem", null=True),
    moment("made_at"),
    words("made_by"),
    words("made_by_name"),
    moment("expires_at"),
    moment("decided_at", null=True),
    words("decided_by", null=True),
    ident("batch", null=True, key=False),
    one_of("kind", "sites", "officers"),
    one_of("state", "columns", "waiting", "checked", "ordered", "taking", "taken", "dropped", "failed"),
    CheckConstraint("(state = 'taken') = (batch is not null)", name="taken"),
    CheckConstraint("(decided_at is null) = (decided_by is null)", name="decided"),
    CheckConstraint("done >= 0 and total >= 0", name="progress"),
    ForeignKeyConstraint(["bureau", "batch"], ["import_batch.bureau", "import_batch.id"]),
)
Index("import_check_made_idx", import_check.c.bureau, import_check.c.made_at, import_check.c.id)

import_heading = bureau_table(
    "import_heading",
    words("kind", key=True),
    words("heading", key=True),
    words("field", null=True),  # "" = not imported; null = forgotten
    moment("at"),
    words("by"),
    one_of("kind", "sites", "officers"),
)
