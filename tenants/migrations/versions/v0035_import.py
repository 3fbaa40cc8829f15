"""Step 0035: What an import keeps between its steps."""

from tenants.migrations.v0035 import checks

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    """Each part stands in a file of its own."""
    checks.create()
