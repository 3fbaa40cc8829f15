"""Step 0035: What an import keeps between its steps."""

revision = "0035"
down_revision = "0034"


def upgrade() -> None:
    """Nothing yet."""
