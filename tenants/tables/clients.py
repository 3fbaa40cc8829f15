"""Programs of the identity service that may ask in a bureau's name."""

from sqlalchemy import CheckConstraint, Index, text

from tenants.tables.base import bureau_table, day, ident, moment, one_of, words

api_client = bureau_table(
    "api_client",
    ident(),
    words("client"),
    words("subject"),
    words("name"),
    words("role"),
    day("valid_from"),
    day("valid_until"),
    words("allowed_by"),
    moment("allowed_at"),
    moment("ended_at", null=True),
    words("ended_by", null=True),
    one_of("role", "provincial_client"),
    CheckConstraint("valid_until >= valid_from", name="days"),
    CheckConstraint("(ended_at is null) = (ended_by is null)", name="end"),
    CheckConstraint("client <> ''", name="named"),
)
api_client.info["stays"] = True  # in the control database, wherever the bureau lives
Index(
    "api_client_live_idx",
    api_client.c.bureau,
    api_client.c.client,
    unique=True,
    postgresql_where=text("ended_at is null"),
)
Index("api_client_client_idx", api_client.c.client)
