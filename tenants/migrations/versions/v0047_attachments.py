"""Step 0047: Photos and signatures of visits."""

from tenants.migrations.v0047 import attachments

revision = "0047"
down_revision = "0046"


def upgrade() -> None:
    """One table and its policies."""
    attachments.create()
