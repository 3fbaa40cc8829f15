"""Step 0038: A rest remembers every hand; who opens logins does not draw."""

from tenants.migrations.v0038 import admins, hands

revision = "0038"
down_revision = "0037"


def upgrade() -> None:
    """Each part stands in a file of its own."""
    hands.create()
    admins.create()
