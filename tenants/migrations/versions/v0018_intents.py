"""Step 0018: intents of a step-up, invitations of witnesses."""

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    """Nothing yet."""
