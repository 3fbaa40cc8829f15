"""Rosters of sites and officers, their changes, the files they came from."""

from sqlalchemy import ARRAY, Boolean, CheckConstraint, Column, Float, ForeignKeyConstraint, Index, Text, text

from tenants.tables.base import big, blob, bureau_table, data, day, ident, moment, number, one_of, words

site = bureau_table(
    "site",
    words("code", key=True),
    words("name"),
    words("credit_code"),
    words("kind"),
    Column("key", Boolean, nullable=False),
    Column("special", Boolean, nullable=False),
    words("status"),
    words("address"),
    words("site_address"),
    words("division"),
    Column("lon", Float(53), nullable=False),
    Column("lat", Float(53), nullable=False),
    words("datum"),
    words("industry"),
    Column("pollution", ARRAY(Text), nullable=False),
    words("phone"),
    words("legal_person"),
    words("contact"),
    words("contact_phone"),
    words("env_officer"),
    words("authority"),
    words("basin"),
    words("started_on"),
    words("products"),
    words("class_basis"),
    Column("special_cases", ARRAY(Text), nullable=False),
    words("special_evidence"),
    number("visits_this_year"),
    Column("overrides", ARRAY(Text), nullable=False),
    data("extra"),
    moment("updated_at"),
    words("updated_by"),
    ident("batch", null=True, key=False),
    one_of("kind", "unit", "project"),
    one_of("status", "active", "suspended", "closed", "moved"),
    Index(
        "site_asked",
        "bureau",
        "code",
        postgresql_include=["name", "credit_code", "industry", "division", "status", "key", "special"],
    ),
    Index(
        "site_named",
        "bureau",
        "name",
        "code",
        postgresql_include=["credit_code", "industry", "division", "status", "key", "special"],
    ),
)

#: Fields whose empty cells somebody looks for.
EMPTY = (
    "credit_code", "address", "phone", "legal_person", "contact", "contact_phone", "env_officer",
    "division", "authority", "basin", "site_address", "industry", "started_on", "products",
)  # fmt: skip
for _field in EMPTY:
    Index(f"site_no_{_field}", site.c.bureau, site.c.code, postgresql_where=text(f"{_field} = ''"))

site_change = bureau_table(
    "site_change",
    big("n", key=True),
    words("code"),
    moment("at"),
    words("by"),
    words("reason"),
    data("before", null=True),
    data("after"),
    ident("batch", null=True, key=False),
    ForeignKeyConstraint(["bureau", "code"], ["site.bureau", "site.code"]),
    Index("site_change_batch", "bureau", "batch", postgresql_where=text("batch is not null")),
    append_only=True,
)

officer = bureau_table(
    "officer",
    words("certificate", key=True),
    words("name"),
    words("unit"),
    day("valid_until"),
    Column("lead", Boolean, nullable=False),
    Column("on_post", Boolean, nullable=False),
    data("leave"),
    data("recusals"),
    words("person"),
    moment("updated_at"),
    words("updated_by"),
    ident("batch", null=True, key=False),
)

officer_change = bureau_table(
    "officer_change",
    big("n", key=True),
    words("certificate"),
    moment("at"),
    words("by"),
    words("reason"),
    data("before", null=True),
    data("after"),
    ident("batch", null=True, key=False),
    ForeignKeyConstraint(["bureau", "certificate"], ["officer.bureau", "officer.certificate"]),
    Index("officer_change_batch", "bureau", "batch", postgresql_where=text("batch is not null")),
    append_only=True,
)

import_batch = bureau_table(
    "import_batch",
    ident(),
    words("kind"),
    words("file_name"),
    words("sha256"),
    moment("at"),
    words("by"),
    data("report"),
    one_of("kind", "sites", "officers"),
    append_only=True,
)

roster_submission = bureau_table(
    "roster_submission",
    ident(),
    words("section"),
    words("section_name"),
    words("file_name"),
    words("sha256"),
    blob("content"),
    data("report"),
    moment("at"),
    words("by"),
    words("by_name"),
    words("state"),
    moment("decided_at", null=True),
    words("decided_by", null=True),
    words("why"),
    ident("batch", null=True, key=False),
    one_of("state", "submitted", "merged", "returned"),
    CheckConstraint(
        "(state = 'submitted') = (decided_at is null) and (decided_at is null) = (decided_by is null)",
        name="decided",
    ),
    CheckConstraint("(state = 'merged') = (batch is not null)", name="merged"),
    ForeignKeyConstraint(["bureau", "batch"], ["import_batch.bureau", "import_batch.id"]),
)
