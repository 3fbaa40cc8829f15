"""Step 0002: sites, officers, their changes and import batches."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the tables."""
    _site()
    _site_change()
    _officer()
    _officer_change()
    _import_batch()


def _site() -> None:
    op.create_table(
        "site",
        sa.Column("bureau", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("credit_code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("key", sa.Boolean(), nullable=False),
        sa.Column("special", sa.Boolean(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("site_address", sa.Text(), nullable=False),
        sa.Column("division", sa.Text(), nullable=False),
        sa.Column("lon", sa.Float(precision=53), nullable=False),
        sa.Column("lat", sa.Float(precision=53), nullable=False),
        sa.Column("datum", sa.Text(), nullable=False),
        sa.Column("industry", sa.Text(), nullable=False),
        sa.Column("pollution", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("legal_person", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("contact_phone", sa.Text(), nullable=False),
        sa.Column("env_officer", sa.Text(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("basin", sa.Text(), nullable=False),
        sa.Column("started_on", sa.Text(), nullable=False),
        sa.Column("products", sa.Text(), nullable=False),
        sa.Column("class_basis", sa.Text(), nullable=False),
        sa.Column("visits_this_year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("overrides", sa.ARRAY(sa.Text()), nullable=False),
        sa.Column("extra", postgresql.JSONB(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.Text(), nullable=False),
        sa.Column("batch", sa.Uuid(), nullable=True),
        sa.CheckConstraint("kind in ('unit', 'project')", name="site_kind"),
        sa.CheckConstraint("status in ('active', 'suspended', 'closed', 'moved')", name="site_status"),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name="site_bureau_fkey"),
        sa.PrimaryKeyConstraint("bureau", "code", name="site_pkey"),
    )


def _site_change() -> None:
    op.create_table(
        "site_change",
        sa.Column("bureau", sa.Text(), nullable=False),
        sa.Column("n", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("before", postgresql.JSONB(), nullable=True),
        sa.Column("after", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bureau", "code"], ["site.bureau", "site.code"], name="site_change_bureau_code_fkey"
        ),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name="site_change_bureau_fkey"),
        sa.PrimaryKeyConstraint("bureau", "n", name="site_change_pkey"),
    )


def _officer() -> None:
    op.create_table(
        "officer",
        sa.Column("bureau", sa.Text(), nullable=False),
        sa.Column("certificate", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=False),
        sa.Column("lead", sa.Boolean(), nullable=False),
        sa.Column("on_post", sa.Boolean(), nullable=False),
        sa.Column("leave", postgresql.JSONB(), nullable=False),
        sa.Column("recusals", postgresql.JSONB(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_by", sa.Text(), nullable=False),
        sa.Column("batch", sa.Uuid(), nullable=True),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name="officer_bureau_fkey"),
        sa.PrimaryKeyConstraint("bureau", "certificate", name="officer_pkey"),
    )


def _officer_change() -> None:
    op.create_table(
        "officer_change",
        sa.Column("bureau", sa.Text(), nullable=False),
        sa.Column("n", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("certificate", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("before", postgresql.JSONB(), nullable=True),
        sa.Column("after", postgresql.JSONB(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bureau", "certificate"],
            ["officer.bureau", "officer.certificate"],
            name="officer_change_bureau_certificate_fkey",
        ),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name="officer_change_bureau_fkey"),
        sa.PrimaryKeyConstraint("bureau", "n", name="officer_change_pkey"),
    )


def _import_batch() -> None:
    op.create_table(
        "import_batch",
        sa.Column("bureau", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("report", postgresql.JSONB(), nullable=False),
        sa.CheckConstraint("kind in ('sites', 'officers')", name="import_batch_kind"),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name="import_batch_bureau_fkey"),
        sa.PrimaryKeyConstraint("bureau", "id", name="import_batch_pkey"),
    )
