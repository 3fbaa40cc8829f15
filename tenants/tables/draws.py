"""Draws, their commitments, sealed parts and events. Plain columns hold what may become public."""

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

from tenants.tables.base import blob, bureau_table, data, day, moment, number, one_of, words

draw = bureau_table(
    "draw",
    number("draw_no", key=True),
    Column("subject", Text, ForeignKey("bureau.code"), nullable=False),
    words("item"),
    words("kind"),
    words("period"),
    words("state"),
    words("authority"),
    moment("created_at"),
    words("created_by"),
    words("m", null=True),
    words("prev", null=True),
    data("manifest", null=True),
    data("rules", null=True),
    moment("frozen_at", null=True),
    words("frozen_by", null=True),
    moment("beacon_at", null=True),
    day("reveal_by", null=True),
    data("beacon", null=True),
    words("r", null=True),
    words("z", null=True),
    words("beacon_by", null=True),
    moment("drawn_at", null=True),
    words("drawn_by", null=True),
    Column("late", Boolean, nullable=False, server_default=text("false")),
    moment("opened_at", null=True),
    words("void_reason", null=True),
    words("voided_by", null=True),
    moment("voided_at", null=True),
    blob("wrapped_key", null=True),
    data("summary", null=True),
    Column("suite", Integer, nullable=False, server_default=text("1")),
    Column("amended_by", ARRAY(Text), nullable=False, server_default=text("'{}'::text[]")),
    one_of("kind", "routine", "overlay", "audit"),
    one_of("state", "prepared", "frozen", "drawn", "opened", "void"),
    one_of("authority", "own", "platform"),
    CheckConstraint("draw_no >= 1 and (authority = 'platform') = (draw_no >= 1000000)", name="draw_no"),
    CheckConstraint("suite in (1, 2)", name="suite"),
    CheckConstraint("period ~ '^[0-9]{4}Q[1-4]$'", name="period"),
    CheckConstraint(
        "state = 'prepared' or authority = 'platform' or (m is not null and manifest is not null)",
        name="frozen",
    ),
    CheckConstraint(
        "state not in ('drawn', 'opened') or authority = 'platform' or z is not null", name="drawn"
    ),
    CheckConstraint(
        "authority = 'own' or (state in ('drawn', 'opened', 'void') and m is null and prev is null"
        " and manifest is null and r is null and z is null and beacon is null and summary is not null"
        " and drawn_by is not null)",
        name="platform",
    ),
    CheckConstraint("(state = 'void') = (void_reason is not null)", name="void"),
)
Index(
    "draw_one_live",
    draw.c.bureau,
    draw.c.subject,
    draw.c.item,
    draw.c.kind,
    draw.c.period,
    unique=True,
    postgresql_where=text("state <> 'void'"),
)

_OF_DRAW = (["bureau", "draw_no"], ["draw.bureau", "draw.draw_no"])

draw_commit = bureau_table(
    "draw_commit",
    number("draw_no", key=True),
    words("role", key=True),
    words("c"),
    blob("escrow_copy"),
    moment("at"),
    words("by"),
    blob("revealed", null=True),
    one_of("role", "platform", "bureau", "witness"),
    ForeignKeyConstraint(*_OF_DRAW),
)

draw_void_proposal = bureau_table(
    "draw_void_proposal",
    number("draw_no", key=True),
    number("n", key=True),
    words("reason"),
    words("by"),
    moment("at"),
    words("approved_by", null=True),
    moment("approved_at", null=True),
    CheckConstraint("approved_by <> by", name="two_hands"),
    CheckConstraint("(approved_by is null) = (approved_at is null)", name="approval"),
    CheckConstraint("n >= 1", name="n"),
    ForeignKeyConstraint(*_OF_DRAW),
)

draw_sealed = bureau_table(
    "draw_sealed",
    number("draw_no", key=True),
    words("part", key=True),
    blob("blob"),
    ForeignKeyConstraint(*_OF_DRAW),
    append_only=True,
)

draw_event = bureau_table(
    "draw_event",
    number("draw_no", key=True),
    number("n", key=True),
    blob("blob"),
    words("h"),
    moment("at"),
    ForeignKeyConstraint(*_OF_DRAW),
    append_only=True,
)

draw_change = bureau_table(
    "draw_change",
    number("draw_no", key=True),
    number("n", key=True),
    blob("blob"),
    number("base"),
    words("by"),
    moment("at"),
    words("approved_by", null=True),
    moment("approved_at", null=True),
    number("first_event", null=True),
    number("last_event", null=True),
    words("withdrawn_by", null=True),
    moment("withdrawn_at", null=True),
    CheckConstraint("approved_by <> by", name="two_hands"),
    CheckConstraint(
        "(approved_by is null) = (approved_at is null)"
        " and (approved_by is null) = (first_event is null)"
        " and (approved_by is null) = (last_event is null)",
        name="approval",
    ),
    CheckConstraint(
        "(withdrawn_by is null) = (withdrawn_at is null) and (approved_by is null or withdrawn_by is null)",
        name="one_end",
    ),
    CheckConstraint(
        "n >= 1 and base >= 0 and first_event = base + 1 and last_event >= first_event", name="numbers"
    ),
    ForeignKeyConstraint(*_OF_DRAW),
)
