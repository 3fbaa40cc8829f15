"""Step 0049: Files of other systems that come in, and every look at what they offer."""

from tenants.migrations.v0049 import inbound

revision = "0049"
down_revision = "0048"


def upgrade() -> None:
    """Two tables and their policies."""
    inbound.create()
