"""Step 0014: own databases: decisions of units over several databases, a bureau's move."""

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Nothing yet."""
