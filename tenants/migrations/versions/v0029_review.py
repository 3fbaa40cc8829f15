"""Step 0029: Roles: what a review found."""

from tenants.migrations.v0029 import roles

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    """Each part stands in a file of its own."""
    roles.create()
