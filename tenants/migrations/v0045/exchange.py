"""Connections of a bureau, what was handed over by them, and the nightly comparisons."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from tenants.migrations.v0008.guards import guard
from tenants.migrations.v0014.moving import movable

TABLES = ("connection", "delivery", "reconciliation")
_MOMENT = sa.DateTime(timezone=True)

GUARDS = (
    "grant select, insert, update (ended_by, ended_at) on connection to shuangsui_app",
    "grant select, insert, update (state, tries, last_error, tried_at, settled_at) on delivery"
    " to shuangsui_app",
    "grant select, insert on reconciliation to shuangsui_app",
    f"grant select on {', '.join(TABLES)} to shuangsui_auditor",
    "create trigger reconciliation_kept before update or delete or truncate on reconciliation"
    " for each statement execute function refuse_change()",
)


def create() -> None:
    """Three tables and their policies."""
    _connection()
    _delivery()
    _reconciliation()
    for table in TABLES:
        guard(table)
        movable(table)
    for statement in GUARDS:
        op.execute(statement)


def _words(*names: str, null: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=null) for name in names]


def _bureau(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name=f"{table}_bureau_fkey")


def _of_connection(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["bureau", "connection_id"],
        ["connection.bureau", "connection.id"],
        name=f"{table}_bureau_connection_id_fkey",
    )


def _connection() -> None:
    op.create_table(
        "connection",
        *_words("bureau"),
        sa.Column("id", sa.Uuid(), nullable=False),
        *_words("profile", "mode"),
        sa.Column("settings", postgresql.JSONB(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        *_words("made_by"),
        sa.Column("made_at", _MOMENT, nullable=False),
        *_words("ended_by", null=True),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sa.CheckConstraint("mode in ('http', 'folder', 'manual')", name="connection_mode"),
        sa.CheckConstraint("(ended_at is null) = (ended_by is null)", name="connection_end"),
        _bureau("connection"),
        sa.PrimaryKeyConstraint("bureau", "id", name="connection_pkey"),
    )
    op.create_index(
        "connection_live_idx",
        "connection",
        ["bureau", "profile"],
        unique=True,
        postgresql_where=sa.text("ended_at is null"),
    )


def _delivery() -> None:
    op.create_table(
        "delivery",
        *_words("bureau"),
        sa.Column("upload_id", sa.Uuid(), nullable=False),
        sa.Column("connection_id", sa.Uuid(), nullable=False),
        *_words("state"),
        sa.Column("tries", sa.Integer(), nullable=False),
        *_words("last_error", null=True),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("tried_at", _MOMENT, nullable=True),
        sa.Column("settled_at", _MOMENT, nullable=True),
        sa.CheckConstraint(
            "state in ('waiting', 'sent', 'received', 'refused', 'dead')", name="delivery_state"
        ),
        sa.CheckConstraint(
            "(state in ('received', 'refused', 'dead')) = (settled_at is not null)", name="delivery_settled"
        ),
        sa.CheckConstraint("tries >= 0", name="delivery_tries"),
        _bureau("delivery"),
        sa.ForeignKeyConstraint(
            ["bureau", "upload_id"], ["upload.bureau", "upload.id"], name="delivery_bureau_upload_id_fkey"
        ),
        _of_connection("delivery"),
        sa.PrimaryKeyConstraint("bureau", "upload_id", name="delivery_pkey"),
    )


def _reconciliation() -> None:
    op.create_table(
        "reconciliation",
        *_words("bureau"),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("connection_id", sa.Uuid(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("ours", sa.Integer(), nullable=False),
        sa.Column("theirs", sa.Integer(), nullable=False),
        sa.Column("found", postgresql.JSONB(), nullable=False),
        _bureau("reconciliation"),
        _of_connection("reconciliation"),
        sa.PrimaryKeyConstraint("bureau", "id", name="reconciliation_pkey"),
    )
    op.create_index("reconciliation_at_idx", "reconciliation", ["bureau", "at"])
