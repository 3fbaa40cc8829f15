"""Step 0032: What the roster's pages keep."""

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    """Nothing yet."""
