"""Step 0036: What the registry keeps of its sites."""

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    """Nothing yet."""
