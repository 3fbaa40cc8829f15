"""Step 0037: What dispatch and review keep."""

revision = "0037"
down_revision = "0036"


def upgrade() -> None:
    """Nothing yet."""
