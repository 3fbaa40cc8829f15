"""Step 0030: By which keys a bureau's data keys may be wrapped."""

from tenants.migrations.v0030 import checks

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    """Each part stands in a file of its own."""
    checks.create()
