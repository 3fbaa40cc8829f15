"""Waivers of kept-apart duties: asked and decided in the control database, copied to where the draws are."""

from typing import Any

from sqlalchemy import (
    ARRAY,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Text,
)

from tenants.tables.base import bureau_table, day, ident, moment, number, one_of, words
from tenants.tables.draws import draw

_PAIRS = (
    "cardinality(pairs) > 0 and pairs <@ array['registry_keeper+drawer', 'registry_keeper+city_drawer',"
    " 'dispatcher+drawer', 'dispatcher+city_drawer', 'bureau_admin+drawer', 'bureau_admin+city_drawer',"
    " 'roster_editor+drawer']::text[]"
)
_DAYS = "until >= since and until < since + interval '1 year'"
_HANDS = "approved_by <> proposed_by"
_NOT_OWN = (
    "proposed_by <> asked_by and proposed_by <> subject"
    " and approved_by <> asked_by and approved_by <> subject"
)


def _pairs() -> Column[Any]:
    return Column("pairs", ARRAY(Text), nullable=False)


waiver = bureau_table(
    "waiver",
    ident(),
    Column("above", Text, ForeignKey("bureau.code"), nullable=False),
    words("subject"),
    words("name"),
    _pairs(),
    day("since"),
    day("until"),
    words("reason"),
    number("staff"),
    words("state"),
    words("asked_by"),
    words("asked_name"),
    moment("asked_at"),
    words("opinion", null=True),
    words("proposed_by", null=True),
    words("proposed_name", null=True),
    moment("proposed_at", null=True),
    words("approved_by", null=True),
    words("approved_name", null=True),
    moment("approved_at", null=True),
    words("decided_by", null=True),
    words("decided_name", null=True),
    words("decided_why", null=True),
    moment("decided_at", null=True),
    words("ended_by", null=True),
    words("ended_name", null=True),
    words("ended_why", null=True),
    moment("ended_at", null=True),
    day("ended_on", null=True),
    one_of("state", "asked", "proposed", "granted", "refused", "dropped", "withdrawn"),
    CheckConstraint(_PAIRS, name="pairs"),
    CheckConstraint(_DAYS, name="days"),
    CheckConstraint("staff >= 1", name="staff"),
    CheckConstraint("above <> bureau", name="apart"),
    CheckConstraint(_HANDS, name="two_hands"),
    CheckConstraint(_NOT_OWN, name="not_own"),
    CheckConstraint(
        "(proposed_by is null) = (proposed_at is null) and (approved_by is null) = (approved_at is null)"
        " and (decided_by is null) = (decided_at is null) and (ended_by is null) = (ended_at is null)"
        " and (ended_by is null) = (ended_on is null)",
        name="named",
    ),
    CheckConstraint(
        "ended_at is null or ended_at >= approved_at"
        " and ended_on is not distinct from (ended_at at time zone 'Asia/Shanghai')::date",
        name="ended",
    ),
    CheckConstraint(
        "(state in ('granted', 'withdrawn')) = (approved_by is not null)"
        " and (approved_by is null or proposed_by is not null)"
        " and (state in ('refused', 'dropped')) = (decided_by is not null)"
        " and (state = 'withdrawn') = (ended_by is not null)",
        name="stage",
    ),
)
waiver.info["stays"] = True  # in the control database, wherever the bureau lives
Index("waiver_above_idx", waiver.c.above)

waiver_copy = bureau_table(
    "waiver_copy",
    ident(),
    words("above"),
    words("subject"),
    words("name"),
    _pairs(),
    day("since"),
    day("until"),
    words("reason"),
    number("staff"),
    words("asked_by"),
    words("proposed_by"),
    words("approved_by"),
    moment("approved_at"),
    moment("public_at", null=True),
    moment("ended_at", null=True),
    words("ended_why", null=True),
    CheckConstraint(_PAIRS, name="pairs"),
    CheckConstraint(_DAYS, name="days"),
    CheckConstraint("above <> bureau", name="apart"),
    CheckConstraint(_HANDS, name="two_hands"),
    CheckConstraint(_NOT_OWN, name="not_own"),
)

draw_waiver = bureau_table(
    "draw_waiver",
    number("draw_no", key=True),
    words("act", key=True),
    words("pair", key=True),
    ident("waiver", key=False),
    words("subject"),
    moment("at"),
    moment("public_at", null=True),
    one_of("act", "freeze", "beacon", "run"),
    ForeignKeyConstraint(["bureau", "draw_no"], [draw.c.bureau, draw.c.draw_no]),
    ForeignKeyConstraint(["bureau", "waiver"], [waiver_copy.c.bureau, waiver_copy.c.id]),
    append_only=True,
)
