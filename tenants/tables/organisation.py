"""Who holds which duty, who is entrusted with field work, and the city's yearly key list: dated rows."""

from sqlalchemy import CheckConstraint, ForeignKeyConstraint, UniqueConstraint

from tenants.tables.base import bureau_table, data, day, ident, moment, number, one_of, words

UNITS = ("leading_group", "office", "duty")

duty = bureau_table(
    "duty",
    ident(),
    words("unit"),
    words("duty"),
    words("name"),
    words("post"),
    words("basis"),
    day("since"),
    day("until", null=True),
    moment("at"),
    words("by"),
    moment("ended_at", null=True),
    words("ended_by", null=True),
    words("person"),
    one_of("unit", *UNITS),
    CheckConstraint("until >= since", name="span"),
)

entrustment = bureau_table(
    "entrustment",
    ident(),
    words("unit"),
    words("credit_code"),
    words("scope"),
    words("basis"),
    day("since"),
    day("until", null=True),
    moment("at"),
    words("by"),
    moment("ended_at", null=True),
    words("ended_by", null=True),
    CheckConstraint("until >= since", name="span"),
)

key_list = bureau_table(
    "key_list",
    ident(),
    number("year"),
    words("kind"),
    words("text"),
    day("issued_on"),
    words("file_name"),
    words("sha256"),
    number("count"),
    moment("at"),
    words("by"),
    one_of("kind", "whole", "supplement"),
    UniqueConstraint("bureau", "year", "sha256"),
    append_only=True,
)

key_list_entry = bureau_table(
    "key_list_entry",
    ident("list_id"),
    words("code", key=True),
    words("name"),
    words("division"),
    data("categories"),
    ForeignKeyConstraint(["bureau", "list_id"], ["key_list.bureau", "key_list.id"]),
    append_only=True,
)
