"""What a visit leaves before its record: the arrival, photos and signatures; kept once, never changed."""

from sqlalchemy import ForeignKeyConstraint

from tenants.tables.base import blob, bureau_table, data, moment, number, one_of, words

attachment = bureau_table(
    "attachment",
    number("draw_no", key=True),
    number("slot", key=True),
    words("sha256", key=True),
    words("kind"),
    words("media"),
    number("width"),
    number("height"),
    number("size"),
    data("facts"),  # when and where it was taken, by whom it is signed: as the device said
    blob("file"),
    words("by"),
    words("certificate"),
    moment("at"),
    one_of("kind", "photo", "signature"),
    one_of("media", "image/jpeg", "image/png", "image/webp"),
    ForeignKeyConstraint(["bureau", "draw_no", "slot"], ["task.bureau", "task.draw_no", "task.slot"]),
    append_only=True,
)

arrival = bureau_table(
    "arrival",
    number("draw_no", key=True),
    number("slot", key=True),
    data("officers"),
    data("position"),
    words("by"),
    moment("at"),
    ForeignKeyConstraint(["bureau", "draw_no", "slot"], ["task.bureau", "task.draw_no", "task.slot"]),
    append_only=True,
)
