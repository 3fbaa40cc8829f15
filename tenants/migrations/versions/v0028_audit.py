"""Step 0028: Audits of a bureau by its superior: sampled re-checks, findings, letter, answer, follow-up."""

from tenants.migrations.v0028 import audits

revision = "0028"
down_revision = "0026"


def upgrade() -> None:
    """Four tables in the control database."""
    audits.create()
