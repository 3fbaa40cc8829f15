"""Step 0022: Waivers: the superior's dated exception for a bureau too small."""

from alembic import op

from tenants.migrations.v0022 import honoured, waivers

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    """The tables, then the constraints that honour exactly what stands in them."""
    waivers.create()
    for statement in honoured.STATEMENTS:
        op.execute(statement)
