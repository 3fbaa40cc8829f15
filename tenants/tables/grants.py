"""Proposals of roles that two people grant, and handovers of the roster's named keeper."""

from sqlalchemy import CheckConstraint, Index, text

from tenants.tables.base import bureau_table, day, ident, moment, number, one_of, words

role_grant = bureau_table(
    "role_grant",
    ident(),
    words("subject"),
    words("name"),
    words("role"),
    words("certificate"),
    day("since"),
    day("until", null=True),
    words("why"),
    words("proposed_by"),
    moment("proposed_at"),
    words("approved_by", null=True),
    moment("approved_at", null=True),
    words("withdrawn_by", null=True),
    moment("withdrawn_at", null=True),
    CheckConstraint("approved_by <> proposed_by", name="two_hands"),
    CheckConstraint("approved_by <> subject", name="not_own"),
    CheckConstraint(
        "(approved_at is null) = (approved_by is null) and (withdrawn_at is null) = (withdrawn_by is null)"
        " and (approved_by is null or withdrawn_by is null)",
        name="settled",
    ),
    one_of(
        "role", "drawer", "city_drawer", "dispatcher", "witness", "reviewer", "bureau_head", "bureau_admin",
        "security_admin", "audit_admin", "system_admin",
    ),
    CheckConstraint("until >= since", name="days"),
)  # fmt: skip
role_grant.info["stays"] = True  # beside the memberships, in the control database
Index(
    "role_grant_open_idx",
    role_grant.c.bureau,
    role_grant.c.subject,
    role_grant.c.role,
    unique=True,
    postgresql_where=text("approved_by is null and withdrawn_by is null"),
)

keeper_handover = bureau_table(
    "keeper_handover",
    number("n", key=True),
    words("giver"),
    words("giver_name"),
    words("giver_role"),
    words("taker"),
    words("taker_name"),
    number("sites"),
    number("active"),
    number("officers"),
    words("digest"),
    words("note"),
    moment("given_at"),
    words("confirmed_by", null=True),
    moment("confirmed_at", null=True),
    words("withdrawn_by", null=True),
    moment("withdrawn_at", null=True),
    CheckConstraint("giver_role in ('registry_keeper', 'bureau_head')", name="role"),
    CheckConstraint("giver <> taker", name="apart"),
    CheckConstraint("confirmed_by <> giver", name="two_hands"),
    CheckConstraint("confirmed_by = taker", name="taker"),
    CheckConstraint("digest ~ '^[0-9a-f]{64}$'", name="digest"),
    CheckConstraint(
        "(confirmed_at is null) = (confirmed_by is null) and (withdrawn_at is null) = (withdrawn_by is null)"
        " and (confirmed_by is null or withdrawn_by is null)",
        name="settled",
    ),
)
Index(
    "keeper_handover_open_idx",
    keeper_handover.c.bureau,
    unique=True,
    postgresql_where=text("confirmed_by is null and withdrawn_by is null"),
)
