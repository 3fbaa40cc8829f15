"""The deployment: its name, its bureaus, who holds which role in them."""

from sqlalchemy import (
    ARRAY,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Text,
    text,
)

from tenants.tables.base import bureau_table, data, day, ident, moment, one_of, shared_table, words
from tenants.tables.grants import role_grant

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
    day("valid_from", key=True),
    Column("attempt", Integer, primary_key=True, server_default=text("0")),
    day("valid_until", null=True),
    moment("ended_at", null=True),
    words("ended_by", null=True),
    Column("origin", Text, nullable=False, server_default=text("'one'")),
    ident("grant_id", null=True, key=False),
    moment("suspended_at", null=True),
    words("suspended_by", null=True),
    Column("suspended_hands", ARRAY(Text), nullable=False, server_default=text("'{}'")),
    moment("restored_at", null=True),
    words("restored_by", null=True),
    CheckConstraint(
        "(ended_at is null) = (ended_by is null) and (ended_at is null"
        " or valid_until is not distinct from (ended_at at time zone 'Asia/Shanghai')::date)",
        name="ended",
    ),
    one_of("origin", "one", "two", "founding", "earlier"),
    CheckConstraint(
        "(suspended_at is null) = (suspended_by is null) and (restored_at is null) = (restored_by is null)"
        " and (restored_at is null or coalesce(suspended_at <= restored_at, false))",
        name="suspended",
    ),
    CheckConstraint(
        "case when suspended_by is null then suspended_hands = '{}'"
        " else suspended_by = any(suspended_hands) end",
        name="hands",
    ),
    CheckConstraint("restored_by is null or restored_by <> all(suspended_hands)", name="second_hand"),
    CheckConstraint("restored_by <> subject", name="own_hand"),
    CheckConstraint("(origin = 'two') = (grant_id is not null)", name="named"),
    CheckConstraint(
        "origin <> 'one' or role not in ('drawer', 'city_drawer', 'dispatcher', 'witness', 'reviewer',"
        " 'bureau_head', 'bureau_admin', 'security_admin', 'audit_admin', 'system_admin')",
        name="two_people",
    ),
    CheckConstraint("origin <> 'founding' or role in ('bureau_admin', 'bureau_head')", name="first"),
    ForeignKeyConstraint(["bureau", "grant_id"], [role_grant.c.bureau, role_grant.c.id]),
)
membership.info["stays"] = True  # in the control database, wherever the bureau lives
Index("membership_subject_idx", membership.c.subject)
Index("membership_grant_idx", membership.c.bureau, membership.c.grant_id, unique=True)
Index(
    "membership_founding_idx",
    membership.c.bureau,
    membership.c.role,
    unique=True,
    postgresql_where=text("origin = 'founding'"),
)
