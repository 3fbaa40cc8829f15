"""Approvals of visits that no draw chose: asked, decided by somebody else, used once."""

from sqlalchemy import ARRAY, CheckConstraint, Column, ForeignKeyConstraint, Index, Text, Uuid

from tenants.tables.base import bureau_table, day, ident, moment, one_of, words

visit_request = bureau_table(
    "visit_request",
    ident(),
    words("visit_type"),
    words("site_code"),
    words("matter"),
    words("source"),
    Column("officers", ARRAY(Text), nullable=False),
    day("since"),
    day("until"),
    words("asked_by"),
    words("asked_name"),
    moment("asked_at"),
    words("state"),
    words("urgent_why", null=True),
    day("file_by", null=True),
    words("decided_by", null=True),
    words("decided_name", null=True),
    moment("decided_at", null=True),
    words("decided_why", null=True),
    moment("dropped_at", null=True),
    words("dropped_why", null=True),
    Column("visit_id", Uuid),
    one_of("visit_type", "special", "case", "followup", "complaint", "revisit"),
    one_of("state", "asked", "approved", "refused", "dropped"),
    CheckConstraint(
        "length(matter) between 1 and 500 and length(source) <= 100"
        " and length(urgent_why) between 1 and 500 and length(decided_why) <= 500"
        " and length(dropped_why) between 1 and 500",
        name="lengths",
    ),
    CheckConstraint("cardinality(officers) between 1 and 20", name="officers"),
    CheckConstraint("until >= since and until < since + 92", name="days"),
    CheckConstraint("decided_by <> asked_by", name="two_hands"),
    CheckConstraint(
        "(decided_by is null) = (decided_at is null) and (decided_by is null) = (decided_name is null)"
        " and (decided_by is null) = (decided_why is null)"
        " and (decided_by is null or state <> 'asked')"
        " and (decided_by is not null or state in ('asked', 'dropped'))",
        name="decided",
    ),
    CheckConstraint(
        "(state = 'dropped') = (dropped_at is not null) and (dropped_at is null) = (dropped_why is null)",
        name="dropped",
    ),
    CheckConstraint(
        "(urgent_why is null) = (file_by is null) and (urgent_why is null or visit_id is not null)"
        " and (urgent_why is not null or visit_id is null or state = 'approved')",
        name="used",
    ),
    ForeignKeyConstraint(["bureau", "visit_id"], ["visit.bureau", "visit.id"]),
)
Index("visit_request_visit", visit_request.c.bureau, visit_request.c.visit_id, unique=True)
Index("visit_request_asked_idx", visit_request.c.bureau, visit_request.c.asked_at)
