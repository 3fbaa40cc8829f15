"""Step 0023: Break-glass: an administrator's hour of looking, approved by the bureau."""

from alembic import op

from tenants.migrations.v0023 import glass

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Create the table of requests, and guard it; the lent role is given by no membership."""
    glass.create()
    for statement in glass.GUARDS:
        op.execute(statement)
