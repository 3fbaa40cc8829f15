"""Step 0033: What the ceremony's pages keep."""

revision = "0033"
down_revision = "0032"


def upgrade() -> None:
    """Nothing yet."""
