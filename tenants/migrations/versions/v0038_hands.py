"""Step 0038: A rest remembers every hand, and who rests is nobody's stand-in."""

from tenants.migrations.v0038 import hands

revision = "0038"
down_revision = "0037"


def upgrade() -> None:
    """Each part stands in a file of its own."""
    hands.create()
