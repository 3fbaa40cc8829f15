"""Break-glass: requests to look at a bureau's data, their approval and their end."""

from sqlalchemy import CheckConstraint, Index

from tenants.tables.base import bureau_table, ident, moment, number, one_of, words

glass = bureau_table(
    "glass",
    ident(),
    words("asker"),
    words("asker_name"),
    words("asker_bureau"),
    words("asker_role"),
    words("reason"),
    words("purpose"),
    number("minutes"),
    moment("asked_at"),
    words("approved_by", null=True),
    words("approved_name", null=True),
    moment("approved_at", null=True),
    moment("ends_at", null=True),
    words("ended_by", null=True),
    words("ended_name", null=True),
    moment("ended_at", null=True),
    one_of("asker_role", "system_admin", "security_admin"),
    CheckConstraint("minutes between 1 and 60", name="minutes"),
    CheckConstraint("reason <> '' and purpose <> ''", name="told"),
    CheckConstraint("approved_by <> asker", name="two_hands"),
    CheckConstraint(
        "(approved_at is null) = (approved_by is null) and (approved_at is null) = (approved_name is null)"
        " and (approved_at is null) = (ends_at is null) and (ended_at is null) = (ended_by is null)"
        " and (ended_at is null) = (ended_name is null)",
        name="steps",
    ),
    CheckConstraint(
        "approved_at >= asked_at and approved_at - asked_at <= interval '24:00:00'"
        " and ends_at > approved_at and ends_at - approved_at <= minutes * interval '00:01:00'"
        " and ended_at >= asked_at",
        name="hour",
    ),
)
glass.info["stays"] = True  # in the control database, wherever the bureau lives
Index("glass_asker_idx", glass.c.asker)
