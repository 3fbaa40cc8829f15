"""Step 0025: nothing yet."""

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    """Nothing."""
