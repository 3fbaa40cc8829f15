"""Step 0021: Roles: periods kept, sensitive ones given by two people, the registry keeper's handover."""

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Nothing yet."""
