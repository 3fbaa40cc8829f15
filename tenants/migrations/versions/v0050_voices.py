"""Step 0050: The firm's page of a visit, its rating and its complaints."""

from tenants.migrations.v0050 import voices

revision = "0050"
down_revision = "0049"


def upgrade() -> None:
    """Three tables and their policies."""
    voices.create()
