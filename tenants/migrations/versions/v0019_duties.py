"""Step 0019: duties kept apart: waivers, break-glass, handover."""

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Nothing yet."""
