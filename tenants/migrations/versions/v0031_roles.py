"""Step 0031: Periods that never held."""

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    """Nothing yet."""
