"""Step 0036: What the query form of the registry asks for stands in one index."""

from alembic import op

revision = "0036"
down_revision = "0035"


def upgrade() -> None:
    """The columns of the form beside the key: a page and the counts read no other row of the table."""
    op.execute(
        "create index site_asked on site (bureau, code)"
        " include (name, credit_code, industry, division, status, key, special)"
    )
