"""Step 0030: nothing yet."""

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    """Nothing."""
