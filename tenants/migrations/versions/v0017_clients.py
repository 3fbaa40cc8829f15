"""Step 0017: API clients."""

from alembic import op

from tenants.migrations.v0017 import clients

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    """Create the table of the programs a bureau lets in, and guard it."""
    clients.create()
    for statement in clients.GUARDS:
        op.execute(statement)
