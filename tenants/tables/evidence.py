"""What shows that sites are special; merges of sections' lists; key lists taken over."""

from sqlalchemy import ARRAY, CheckConstraint, Column, ForeignKeyConstraint, Index, Text

from tenants.tables.base import bureau_table, data, day, ident, moment, number, one_of, words

special_evidence = bureau_table(
    "special_evidence",
    ident(),
    words("code"),
    words("criterion"),
    words("words"),
    words("cite"),
    words("quote"),
    words("mark"),
    words("document"),
    day("dated"),
    day("until", null=True),
    words("note"),
    moment("at"),
    words("by"),
    words("by_name"),
    ident("batch", null=True, key=False),
    CheckConstraint("until >= dated", name="until"),
    CheckConstraint("document <> '' and words <> ''", name="said"),
    ForeignKeyConstraint(["bureau", "code"], ["site.bureau", "site.code"]),
    ForeignKeyConstraint(["bureau", "batch"], ["import_batch.bureau", "import_batch.id"]),
    Index(None, "bureau", "code"),
    append_only=True,
)

special_withdrawal = bureau_table(
    "special_withdrawal",
    ident(),
    moment("at"),
    words("by"),
    words("by_name"),
    words("why"),
    CheckConstraint("why <> ''", name="why"),
    ForeignKeyConstraint(["bureau", "id"], ["special_evidence.bureau", "special_evidence.id"]),
    append_only=True,
)

roster_merge = bureau_table(
    "roster_merge",
    ident(),
    Column("parts", ARRAY(Text), nullable=False),
    data("plan"),
    data("choices"),
    number("version"),
    words("state"),
    moment("at"),
    words("by"),
    words("by_name"),
    moment("decided_at", null=True),
    words("decided_by", null=True),
    words("why"),
    ident("batch", null=True, key=False),
    one_of("state", "open", "taken", "dropped"),
    CheckConstraint(
        "(state = 'open') = (decided_at is null) and (decided_at is null) = (decided_by is null)",
        name="decided",
    ),
    CheckConstraint("(state = 'taken') = (batch is not null)", name="taken"),
    ForeignKeyConstraint(["bureau", "batch"], ["import_batch.bureau", "import_batch.id"]),
)

key_list_take = bureau_table(
    "key_list_take",
    ident(),
    number("year"),
    number("version"),
    words("mark"),
    data("sources"),
    data("counts"),
    data("sites"),
    words("why"),
    moment("at"),
    words("by"),
    words("by_name"),
    ident("batch", null=True, key=False),
    moment("undone_at", null=True),
    words("undone_by", null=True),
    CheckConstraint("version > 0", name="version"),
    CheckConstraint("(undone_at is null) = (undone_by is null)", name="undone"),
    ForeignKeyConstraint(["bureau", "batch"], ["import_batch.bureau", "import_batch.id"]),
)
