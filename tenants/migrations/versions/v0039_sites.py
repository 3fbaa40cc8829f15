"""Step 0039: Where a closed or moved site went on."""

from tenants.migrations.v0039 import successors

revision = "0039"
down_revision = "0038"


def upgrade() -> None:
    """One table and its policies."""
    successors.create()
