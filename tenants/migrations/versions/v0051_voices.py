"""Step 0051: The firm's page of a visit, its rating and its complaints."""

from tenants.migrations.v0051 import voices

revision = "0051"
down_revision = "0048"


def upgrade() -> None:
    """Three tables and their policies."""
    voices.create()
