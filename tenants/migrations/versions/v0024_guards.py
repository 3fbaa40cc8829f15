"""Step 0024: Guards found missing in review."""

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Nothing yet."""
