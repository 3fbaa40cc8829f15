"""Step 0015: keeping of the journal for years, and what the worker did."""

from tenants.migrations.v0015 import jobs, keeping

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Anchors of archived journals; runs of jobs."""
    keeping.create()
    jobs.create()
