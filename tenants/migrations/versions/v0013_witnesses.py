"""Step 0013: which suite a draw hashes by; draws from before hashed by SHA-256."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add the column; what is there already has suite 1."""
    op.add_column("draw", sa.Column("suite", sa.Integer(), nullable=False, server_default="1"))
    op.create_check_constraint(op.f("draw_suite"), "draw", "suite in (1, 2)")
