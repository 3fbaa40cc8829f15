"""Step 0043: What other systems were told of results, line by line."""

from tenants.migrations.v0043 import told

revision = "0043"
down_revision = "0040"


def upgrade() -> None:
    """One table and its policies."""
    told.create()
