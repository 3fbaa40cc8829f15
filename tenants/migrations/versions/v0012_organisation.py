"""Step 0012: why a site is special, and which login a duty is tied to; choices revoked ahead."""

import sqlalchemy as sa
from alembic import op

from tenants.migrations.v0012 import revoking

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add the columns; what is there already has no case, no evidence and no login."""
    op.add_column(
        "site", sa.Column("special_cases", sa.ARRAY(sa.Text()), nullable=False, server_default="{}")
    )
    op.add_column("site", sa.Column("special_evidence", sa.Text(), nullable=False, server_default=""))
    op.add_column("duty", sa.Column("person", sa.Text(), nullable=False, server_default=""))
    for table, column in (("site", "special_cases"), ("site", "special_evidence"), ("duty", "person")):
        op.alter_column(table, column, server_default=None)
    revoking.create()
