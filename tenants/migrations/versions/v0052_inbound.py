"""Step 0052: Files of other systems that come in, and every look at what they offer."""

from tenants.migrations.v0052 import inbound

revision = "0052"
down_revision = "0048"


def upgrade() -> None:
    """Two tables and their policies."""
    inbound.create()
