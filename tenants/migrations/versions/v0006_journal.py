"""Step 0006: journal, outbox, idempotency keys, public log."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Create the tables."""
    _journal()
    _outbox()
    _idempotency()
    _log_entry()
    _log_checkpoint()
    _witness_key()


def _journal() -> None:
    op.create_table(
        "journal",
        sa.Column("bureau", sa.Text(), nullable=False),
        sa.Column("n", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("before", postgresql.JSONB(), nullable=True),
        sa.Column("after", postgresql.JSONB(), nullable=True),
        sa.Column("prev", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name="journal_bureau_fkey"),
        sa.PrimaryKeyConstraint("bureau", "n", name="journal_pkey"),
    )


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("bureau", sa.Text(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("payload", postgresql.JSONB(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tries", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name="outbox_bureau_fkey"),
        sa.PrimaryKeyConstraint("bureau", "id", name="outbox_pkey"),
    )
    op.create_index(
        "outbox_open_idx",
        "outbox",
        ["bureau", "made_at"],
        unique=False,
        postgresql_where=sa.text("done_at is null"),
    )


def _idempotency() -> None:
    op.create_table(
        "idempotency",
        sa.Column("bureau", sa.Text(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request_sha256", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer(), autoincrement=False, nullable=True),
        sa.Column("response", postgresql.JSONB(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name="idempotency_bureau_fkey"),
        sa.PrimaryKeyConstraint("bureau", "actor", "key", name="idempotency_pkey"),
    )


def _log_entry() -> None:
    op.create_table(
        "log_entry",
        sa.Column("index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("entry", postgresql.JSONB(), nullable=False),
        sa.Column("leaf_hash", sa.LargeBinary(), nullable=False),
        sa.Column("bureau", sa.Text(), nullable=False),
        sa.Column("m", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("index", name="log_entry_pkey"),
    )
    op.create_index("log_entry_m_idx", "log_entry", ["m"], unique=False)


def _log_checkpoint() -> None:
    op.create_table(
        "log_checkpoint",
        sa.Column("size", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("root", sa.LargeBinary(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("cosignatures", postgresql.JSONB(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("size", name="log_checkpoint_pkey"),
    )


def _witness_key() -> None:
    op.create_table(
        "witness_key",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("vkey", sa.Text(), nullable=False),
        sa.Column("bureau", sa.Text(), nullable=True),
        sa.Column("escrow_public", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name="witness_key_bureau_fkey"),
        sa.PrimaryKeyConstraint("name", name="witness_key_pkey"),
    )
