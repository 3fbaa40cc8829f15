"""Step 0052: Webhooks."""

from tenants.migrations.v0052 import hooks

revision = "0052"
down_revision = "0051"


def upgrade() -> None:
    """Two tables and their policies."""
    hooks.create()
