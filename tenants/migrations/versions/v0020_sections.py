"""Step 0020: lists that sections of a bureau hand in for its roster."""

from tenants.migrations.v0020 import sections

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Create the table of submissions, and guard it."""
    sections.create()
