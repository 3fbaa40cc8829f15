"""Step 0019: duties kept apart by rows themselves."""

from alembic import op

from tenants.migrations.v0019 import hands, roles

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    """Triggers only: nothing that was kept changes, every later write is checked."""
    for statement in (*roles.STATEMENTS, *hands.STATEMENTS):
        op.execute(statement)
