"""Step 0031: Periods that never held; roles that rest after a new password."""

from tenants.migrations.v0031 import periods, suspension

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    """Each part stands in a file of its own."""
    periods.create()
    suspension.create()
