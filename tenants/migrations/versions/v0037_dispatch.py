"""Step 0037: What dispatch and review keep."""

from tenants.migrations.v0037 import planned, reviewing

revision = "0037"
down_revision = "0036"


def upgrade() -> None:
    """Each part stands in a file of its own."""
    planned.create()
    reviewing.add()
