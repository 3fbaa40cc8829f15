"""Step 0024: Guards found missing in review."""

from tenants.migrations.v0024 import companions

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Each part stands in a file of its own."""
    companions.create()
