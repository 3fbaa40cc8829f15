"""Step 0027: nothing yet."""

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    """Nothing."""
