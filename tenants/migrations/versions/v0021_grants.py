"""Step 0021: Roles: periods kept, sensitive ones given by two people, the registry keeper's handover."""

from alembic import op

from tenants.migrations.v0021 import grants, handover, periods

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Memberships keep their periods and name their proposal; a handover is a row of its own."""
    for statement in periods.STATEMENTS:
        op.execute(statement)
    grants.create()
    for statement in grants.GUARDS:
        op.execute(statement)
    handover.create()
