"""Step 0034: Channels by which a bureau's people are told."""

from tenants.migrations.v0034 import notify

revision = "0034"
down_revision = "0033"


def upgrade() -> None:
    """Each part stands in a file of its own."""
    notify.create()
