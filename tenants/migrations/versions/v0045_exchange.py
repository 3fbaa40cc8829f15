"""Step 0045: Exchange with other systems: connections, deliveries, what the two sides compared."""

from tenants.migrations.v0045 import exchange

revision = "0045"
down_revision = "0043"


def upgrade() -> None:
    """Three tables and their policies."""
    exchange.create()
