"""What a firm is shown at its door, and what it says of the visit. Texts are sealed."""

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index

from tenants.tables.base import blob, bureau_table, data, ident, moment, number, words

_OF_DOOR = (["bureau", "draw_no", "slot"], ["visit_door.bureau", "visit_door.draw_no", "visit_door.slot"])

visit_door = bureau_table(
    "visit_door",
    number("draw_no", key=True),
    number("slot", key=True),
    words("code"),  # SHA-256 of the code in hex
    blob("card"),  # site and officers, sealed by the code: who has none reads nothing
    blob("again"),  # the code, sealed by the bureau, for the team to show once more
    moment("at"),
    CheckConstraint("length(code) <= 64", name="code"),
    ForeignKeyConstraint(
        ["bureau", "draw_no", "slot"], ["arrival.bureau", "arrival.draw_no", "arrival.slot"]
    ),
    append_only=True,
)
Index("visit_door_code", visit_door.c.bureau, visit_door.c.code, unique=True)

visit_rating = bureau_table(
    "visit_rating",
    number("draw_no", key=True),
    number("slot", key=True),
    data("marks"),
    blob("words", null=True),
    words("receipt"),  # SHA-256 of the receipt in hex
    moment("at"),
    moment("changed_at"),
    CheckConstraint("length(receipt) = 64 and octet_length(words) <= 4096", name="lengths"),
    ForeignKeyConstraint(*_OF_DOOR),
)

visit_complaint = bureau_table(
    "visit_complaint",
    ident(),
    number("draw_no"),
    number("slot"),
    blob("text"),
    blob("contact", null=True),
    words("receipt"),
    moment("at"),
    words("answer", null=True),
    words("answered_by", null=True),
    moment("answered_at", null=True),
    CheckConstraint(
        "length(receipt) = 64 and octet_length(text) <= 8192 and octet_length(contact) <= 2048"
        " and length(answer) between 1 and 1000",
        name="lengths",
    ),
    CheckConstraint(
        "(answer is null) = (answered_by is null) and (answer is null) = (answered_at is null)",
        name="answered",
    ),
    ForeignKeyConstraint(*_OF_DOOR),
)
Index("visit_complaint_receipt", visit_complaint.c.bureau, visit_complaint.c.receipt, unique=True)
