"""Step 0026: Leave and recusals of officers with their reasons, and their training."""

from tenants.migrations.v0026 import spans, trainings

revision = "0026"
down_revision = "0024"


def upgrade() -> None:
    """Each part stands in a file of its own."""
    spans.create()
    trainings.create()
