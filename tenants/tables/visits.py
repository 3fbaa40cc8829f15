"""Visit records, findings and the files handed to the provincial platform."""

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Text,
    Uuid,
    text,
)

from tenants.tables.base import blob, bureau_table, data, day, ident, moment, number, one_of, words

upload = bureau_table(
    "upload",
    ident(),
    words("period"),
    words("profile"),
    words("file_name"),
    words("sha256"),
    blob("file"),
    number("count"),
    moment("made_at"),
    words("made_by"),
    words("receipt", null=True),
    moment("receipt_at", null=True),
)

visit = bureau_table(
    "visit",
    ident(),
    number("draw_no", null=True),
    number("slot", null=True),
    words("site_code"),
    words("visit_type"),
    Column("subject", Text, ForeignKey("bureau.code"), nullable=False),
    moment("started_at"),
    moment("ended_at"),
    data("officers"),
    data("form"),
    words("result_code"),
    words("narrative"),
    words("record_sha256"),
    words("recorded_by"),
    moment("recorded_at"),
    words("state"),
    words("reviewed_by", null=True),
    moment("reviewed_at", null=True),
    day("upload_due", null=True),
    day("publish_due", null=True),
    moment("uploaded_at", null=True),
    Column("upload_id", Uuid),
    words("review_note", null=True),
    one_of("visit_type", "random", "special", "case", "followup", "complaint", "revisit"),
    one_of("state", "recorded", "returned", "accepted"),
    CheckConstraint("(draw_no is null) = (slot is null)", name="slot"),
    CheckConstraint("reviewed_by <> recorded_by", name="two_hands"),
    CheckConstraint("ended_at >= started_at", name="times"),
    ForeignKeyConstraint(["bureau", "draw_no", "slot"], ["task.bureau", "task.draw_no", "task.slot"]),
    ForeignKeyConstraint(["bureau", "upload_id"], ["upload.bureau", "upload.id"]),
)
Index(
    "visit_standing",  # a returned record stays, and the team records anew
    visit.c.bureau,
    visit.c.draw_no,
    visit.c.slot,
    unique=True,
    postgresql_where=text("state <> 'returned'"),
)
Index("visit_site_idx", visit.c.bureau, visit.c.subject, visit.c.site_code)
Index("visit_time_idx", visit.c.bureau, visit.c.started_at)

finding = bureau_table(
    "finding",
    ident("visit_id"),
    number("n", key=True),
    words("item"),
    words("text"),
    words("order_no"),
    day("order_due", null=True),
    moment("corrected_at", null=True),
    words("penalty_ref"),
    ForeignKeyConstraint(["bureau", "visit_id"], ["visit.bureau", "visit.id"]),
)
