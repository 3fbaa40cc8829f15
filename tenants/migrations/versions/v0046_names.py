"""Step 0046: The registry by name, and by what is empty: read from indexes alone, as it is by code."""

from alembic import op

revision = "0046"
down_revision = "0045"

# fields whose empty cells somebody looks for; a full cell costs an index nothing
EMPTY = (
    "credit_code", "address", "phone", "legal_person", "contact", "contact_phone", "env_officer",
    "division", "authority", "basin", "site_address", "industry", "started_on", "products",
)  # fmt: skip


def upgrade() -> None:
    """The same columns as `site_asked` has beside its key."""
    op.execute(
        "create index site_named on site (bureau, name, code)"
        " include (credit_code, industry, division, status, key, special)"
    )
    for field in EMPTY:
        op.execute(f"create index site_no_{field} on site (bureau, code) where {field} = ''")
