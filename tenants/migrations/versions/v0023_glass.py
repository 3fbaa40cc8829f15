"""Step 0023: Break-glass: an administrator's hour of looking, approved by the bureau."""

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Nothing yet."""
