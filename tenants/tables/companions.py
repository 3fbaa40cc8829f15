"""Who of another department or the monitoring station comes along on a drawn visit."""

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, Index, text

from tenants.tables.base import bureau_table, data, moment, number, one_of, words

companion = bureau_table(
    "companion",
    number("draw_no", key=True),
    number("slot", key=True),
    number("n", key=True),
    words("subject"),
    words("name"),
    words("role"),
    data("parts"),
    moment("at"),
    words("by"),
    moment("ended_at", null=True),
    words("ended_by", null=True),
    one_of("role", "joint_department", "monitoring_station"),
    CheckConstraint('n >= 1 and subject <> "by"', name="named"),
    CheckConstraint("(ended_at is null) = (ended_by is null)", name="ended"),
    ForeignKeyConstraint(["bureau", "draw_no", "slot"], ["task.bureau", "task.draw_no", "task.slot"]),
)
Index(
    "companion_once",
    companion.c.bureau,
    companion.c.draw_no,
    companion.c.slot,
    companion.c.subject,
    unique=True,
    postgresql_where=text("ended_at is null"),
)
