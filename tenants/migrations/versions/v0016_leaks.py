"""Step 0016: keys wrapped anew, marks of exports, leak cases with their measures."""

from alembic import op

from tenants.migrations.v0014.moving import movable
from tenants.migrations.v0016.creating import TABLES, create
from tenants.migrations.v0016.guards import GRANTS, guard

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    """Create the tables and guard them; a data key may be wrapped anew where a row says so."""
    create()
    for table in TABLES:
        guard(table)
        movable(table)
    for statement in GRANTS:
        op.execute(statement)
