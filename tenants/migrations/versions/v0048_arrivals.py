"""Step 0048: Arrivals at a site, noted before the visit begins."""

from tenants.migrations.v0048 import arrivals

revision = "0048"
down_revision = "0047"


def upgrade() -> None:
    """One table and its policies."""
    arrivals.create()
