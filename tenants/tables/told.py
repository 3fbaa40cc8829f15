"""What other systems were told of results, line by line."""

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint

from tenants.tables.base import bureau_table, ident, number, words

told_line = bureau_table(
    "told_line",
    ident("upload_id"),
    ident("visit_id"),
    words("profile"),
    number("n"),
    words("mark"),  # SHA-256 of the line's words; empty for a line that takes an earlier one back
    CheckConstraint("n > 0", name="n"),
    ForeignKeyConstraint(["bureau", "upload_id"], ["upload.bureau", "upload.id"]),
    ForeignKeyConstraint(["bureau", "visit_id"], ["visit.bureau", "visit.id"]),
    UniqueConstraint("bureau", "profile", "visit_id", "n"),
    append_only=True,
)
