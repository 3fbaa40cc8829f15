"""Files of other systems as they came in, sealed, and every look at what they offer."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

from tenants.migrations.v0008.guards import guard
from tenants.migrations.v0014.moving import movable

TABLES = ("inbound_file", "inbound_fetch")
_MOMENT = sa.DateTime(timezone=True)

GUARDS = (
    "grant select, insert, update (state, problem, check_id, draw_no, acknowledged_at, decided_at,"
    " decided_by) on inbound_file to shuangsui_app",
    "grant select, insert on inbound_fetch to shuangsui_app",
    f"grant select on {', '.join(TABLES)} to shuangsui_auditor",
    "create trigger inbound_fetch_kept before update or delete or truncate on inbound_fetch"
    " for each statement execute function refuse_change()",
)


def create() -> None:
    """Two tables and their policies."""
    _file()
    _fetch()
    for table in TABLES:
        guard(table)
        movable(table)
    for statement in GUARDS:
        op.execute(statement)


def _words(*names: str, null: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=null) for name in names]


def _to(table: str, column: str, other: str, key: str) -> sa.ForeignKeyConstraint:
    name = f"{table}_bureau_{column}_fkey"
    return sa.ForeignKeyConstraint(["bureau", column], [f"{other}.bureau", f"{other}.{key}"], name=name)


def _check(table: str, name: str, words: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(words, name=f"{table}_{name}")


def _bureau(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name=f"{table}_bureau_fkey")


def _file() -> None:
    table = "inbound_file"
    op.create_table(
        table,
        *_words("bureau"),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("connection_id", sa.Uuid(), nullable=False),
        *_words("profile", "key", "name", "mark"),
        sa.Column("size", sa.BigInteger(), nullable=False),
        *_words("state"),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("problem", JSONB(), nullable=True),
        sa.Column("check_id", sa.Uuid(), nullable=True),
        sa.Column("draw_no", sa.Integer(), nullable=True),
        sa.Column("fetched_at", _MOMENT, nullable=False),
        *_words("fetched_by"),
        sa.Column("acknowledged_at", _MOMENT, nullable=True),
        sa.Column("decided_at", _MOMENT, nullable=True),
        *_words("decided_by", null=True),
        _check(table, "state", "state in ('ready', 'refused', 'done', 'dropped')"),
        _check(table, "settled", "(state in ('done', 'dropped')) = (decided_at is not null)"),
        _check(table, "decided", "(decided_at is null) = (decided_by is null)"),
        _check(table, "refused", "(state = 'refused') = (problem is not null)"),
        _check(table, "words", "char_length(key) between 1 and 64 and char_length(name) <= 200"),
        _check(table, "mark", "char_length(mark) between 1 and 64 and size >= 0"),
        _bureau(table),
        _to(table, "connection_id", "connection", "id"),
        _to(table, "check_id", "import_check", "id"),
        _to(table, "draw_no", "draw", "draw_no"),
        sa.PrimaryKeyConstraint("bureau", "id", name="inbound_file_pkey"),
    )
    op.create_index("inbound_file_key_idx", table, ["bureau", "profile", "key"], unique=True)


def _fetch() -> None:
    table = "inbound_fetch"
    op.create_table(
        table,
        *_words("bureau"),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("connection_id", sa.Uuid(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        *_words("by"),
        sa.Column("offered", sa.Integer(), nullable=False),
        sa.Column("kept", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        *_words("problem", null=True),
        _check(table, "numbers", "offered >= 0 and kept >= 0 and failed >= 0"),
        _check(table, "problem", "char_length(problem) <= 80"),
        _bureau(table),
        _to(table, "connection_id", "connection", "id"),
        sa.PrimaryKeyConstraint("bureau", "id", name="inbound_fetch_pkey"),
    )
    op.create_index("inbound_fetch_at_idx", table, ["bureau", "at"])
