"""What became of a site that ended."""

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index

from tenants.tables.base import bureau_table, day, moment, number, words

site_successor = bureau_table(
    "site_successor",
    words("code", key=True),
    number("n", key=True),
    words("successor", null=True),
    words("elsewhere"),
    day("day"),
    words("document"),
    words("by"),
    moment("at"),
    CheckConstraint("successor is null or elsewhere = ''", name="one"),
    CheckConstraint("successor <> code", name="other"),
    CheckConstraint("n > 0", name="n"),
    ForeignKeyConstraint(["bureau", "code"], ["site.bureau", "site.code"]),
    ForeignKeyConstraint(["bureau", "successor"], ["site.bureau", "site.code"]),
    append_only=True,
)
Index("site_successor_from_idx", site_successor.c.bureau, site_successor.c.successor)
