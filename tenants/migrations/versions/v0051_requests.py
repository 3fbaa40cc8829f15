"""Step 0051: Approvals of visits that no draw chose."""

from tenants.migrations.v0051 import requests

revision = "0051"
down_revision = "0050"


def upgrade() -> None:
    """One table and its policies."""
    requests.create()
