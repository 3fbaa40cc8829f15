"""Step 0022: Waivers: the superior's dated exception for a bureau too small."""

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """Nothing yet."""
