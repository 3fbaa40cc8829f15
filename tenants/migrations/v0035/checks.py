"""Checked files that wait to be taken, and what a bureau's own headings mean.

A change of an officer names its import from now on, as changes of sites do since step 0032.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from tenants.migrations.v0008.guards import guard
from tenants.migrations.v0014.moving import movable

TABLES = ("import_check", "import_heading")
_MOMENT = sa.DateTime(timezone=True)
_STATES = "'columns', 'waiting', 'checked', 'ordered', 'taking', 'taken', 'dropped', 'failed'"

GUARDS = (
    "grant select, insert, update (state, stage, done, total, columns, summary, mark, problem, batch,"
    " decided_at, decided_by) on import_check to shuangsui_app",
    "grant select, insert, update (field, at, by) on import_heading to shuangsui_app",
    f"grant select on {', '.join(TABLES)} to shuangsui_auditor",
)


def create() -> None:
    """Two tables and their policies; a column."""
    _check()
    _heading()
    for table in TABLES:
        guard(table)
        movable(table)
    for statement in GUARDS:
        op.execute(statement)
    op.add_column("officer_change", sa.Column("batch", sa.Uuid(), nullable=True))
    op.create_index(
        "officer_change_batch",
        "officer_change",
        ["bureau", "batch"],
        postgresql_where=sa.text("batch is not null"),
    )


def _words(*names: str, null: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=null) for name in names]


def _check() -> None:
    op.create_table(
        "import_check",
        *_words("bureau"),
        sa.Column("id", sa.Uuid(), nullable=False),
        *_words("kind", "file_name", "sha256"),
        sa.Column("size", sa.BigInteger(), nullable=False),
        *_words("state", "stage"),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("columns", postgresql.JSONB(), nullable=True),
        sa.Column("summary", postgresql.JSONB(), nullable=True),
        *_words("mark"),
        sa.Column("problem", postgresql.JSONB(), nullable=True),
        sa.Column("made_at", _MOMENT, nullable=False),
        *_words("made_by", "made_by_name"),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.Column("decided_at", _MOMENT, nullable=True),
        *_words("decided_by", null=True),
        sa.Column("batch", sa.Uuid(), nullable=True),
        sa.CheckConstraint("kind in ('sites', 'officers')", name="import_check_kind"),
        sa.CheckConstraint(f"state in ({_STATES})", name="import_check_state"),
        sa.CheckConstraint("(state = 'taken') = (batch is not null)", name="import_check_taken"),
        sa.CheckConstraint("(decided_at is null) = (decided_by is null)", name="import_check_decided"),
        sa.CheckConstraint("done >= 0 and total >= 0", name="import_check_progress"),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name="import_check_bureau_fkey"),
        sa.ForeignKeyConstraint(
            ["bureau", "batch"],
            ["import_batch.bureau", "import_batch.id"],
            name="import_check_bureau_batch_fkey",
        ),
        sa.PrimaryKeyConstraint("bureau", "id", name="import_check_pkey"),
    )
    op.create_index("import_check_made_idx", "import_check", ["bureau", "made_at", "id"])


def _heading() -> None:
    op.create_table(
        "import_heading",
        *_words("bureau", "kind", "heading"),
        *_words("field", null=True),
        sa.Column("at", _MOMENT, nullable=False),
        *_words("by"),
        sa.CheckConstraint("kind in ('sites', 'officers')", name="import_heading_kind"),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name="import_heading_bureau_fkey"),
        sa.PrimaryKeyConstraint("bureau", "kind", "heading", name="import_heading_pkey"),
    )
