"""Step 0018: witnesses invited for one draw, its minutes. Intents of a step-up need no table."""

from tenants.migrations.v0018 import witnessing

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Two tables of the bureau that draws."""
    witnessing.create()
