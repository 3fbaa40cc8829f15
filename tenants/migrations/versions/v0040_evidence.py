"""Step 0040: Evidence of a special site; merges and take-overs with a trace."""

from tenants.migrations.v0040 import evidence, merging, taking

revision = "0040"
down_revision = "0039"


def upgrade() -> None:
    """Each part stands in a file of its own."""
    evidence.create()
    merging.create()
    taking.create()
