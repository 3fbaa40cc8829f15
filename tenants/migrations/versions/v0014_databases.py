"""Step 0014: own databases: decisions of units over several databases, a bureau's move."""

from tenants.migrations.v0014 import moving, units

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """The units' decisions and the reading of memberships; gates, moves and the mover's rights."""
    units.create()
    moving.create()
