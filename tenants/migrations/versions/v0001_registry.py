"""Step 0001: the deployment, its bureaus, memberships."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create the tables."""
    _database_identity()
    _bureau()
    _membership()


def _database_identity() -> None:
    op.create_table(
        "database_identity",
        sa.Column("one", sa.Boolean(), server_default=sa.text("true"), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("one", name="database_identity_pkey"),
    )


def _bureau() -> None:
    op.create_table(
        "bureau",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("parent", sa.Text(), nullable=True),
        sa.Column("path", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("labels", postgresql.JSONB(), nullable=False),
        sa.Column("database", sa.Text(), server_default=sa.text("'shared'"), nullable=False),
        sa.CheckConstraint("level in ('province', 'city', 'county')", name="bureau_level"),
        sa.ForeignKeyConstraint(["parent"], ["bureau.code"], name="bureau_parent_fkey"),
        sa.PrimaryKeyConstraint("code", name="bureau_pkey"),
    )


def _membership() -> None:
    op.create_table(
        "membership",
        sa.Column("bureau", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("certificate", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name="membership_bureau_fkey"),
        sa.PrimaryKeyConstraint("bureau", "subject", "role", name="membership_pkey"),
    )
    op.create_index("membership_subject_idx", "membership", ["subject"], unique=False)
