"""The deployment: its name, its bureaus, who holds which role in them."""

from sqlalchemy import ARRAY, Boolean, CheckConstraint, Column, ForeignKey, Index, Text, text

from tenants.tables.base import bureau_table, data, day, one_of, shared_table, words

database_identity = shared_table(
    "database_identity",
    Column("one", Boolean, CheckConstraint("one", name="one"), primary_key=True, server_default=text("true")),
    words("name"),
)

bureau = shared_table(
    "bureau",
    Column("code", Text, CheckConstraint("code ~ '^[0-9]{6}$'", name="code"), primary_key=True),
    words("name"),
    words("level"),
    Column("parent", Text, ForeignKey("bureau.code")),
    Column("path", ARRAY(Text), nullable=False),
    data("labels"),
    Column("database", Text, nullable=False, server_default=text("'shared'")),
    one_of("level", "province", "city", "county"),
)

membership = bureau_table(
    "membership",
    words("subject", key=True),
    words("role", key=True),
    words("name"),
    words("certificate"),
    day("valid_from"),
    day("valid_until", null=True),
)
membership.info["stays"] = True  # in the control database, wherever the bureau lives
Index("membership_subject_idx", membership.c.subject)
