"""Step 0017: API clients."""

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Nothing yet."""
