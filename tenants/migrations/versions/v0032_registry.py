"""Step 0032: changes of a site name their import."""

from tenants.migrations.v0032 import batches

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    """Name the import beside the change."""
    batches.add()
