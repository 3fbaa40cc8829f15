"""Lines of files for other systems: which result, as it stood then; nothing is changed later."""

import sqlalchemy as sa
from alembic import op

from tenants.migrations.v0008.guards import guard
from tenants.migrations.v0014.moving import movable

GUARDS = (
    "grant select, insert on told_line to shuangsui_app",
    "grant select on told_line to shuangsui_auditor",
    "create trigger told_line_kept before update or delete or truncate on told_line"
    " for each statement execute function refuse_change()",
)


def create() -> None:
    """One table and its policies."""
    op.create_table(
        "told_line",
        sa.Column("bureau", sa.Text(), nullable=False),
        sa.Column("upload_id", sa.Uuid(), nullable=False),
        sa.Column("visit_id", sa.Uuid(), nullable=False),
        sa.Column("profile", sa.Text(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.CheckConstraint("n > 0", name="told_line_n"),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name="told_line_bureau_fkey"),
        sa.ForeignKeyConstraint(
            ["bureau", "upload_id"], ["upload.bureau", "upload.id"], name="told_line_bureau_upload_id_fkey"
        ),
        sa.ForeignKeyConstraint(
            ["bureau", "visit_id"], ["visit.bureau", "visit.id"], name="told_line_bureau_visit_id_fkey"
        ),
        # the n-th word about a result: two hands cannot both say the next one
        sa.UniqueConstraint(
            "bureau", "profile", "visit_id", "n", name="told_line_bureau_profile_visit_id_n_key"
        ),
        sa.PrimaryKeyConstraint("bureau", "upload_id", "visit_id", name="told_line_pkey"),
    )
    guard("told_line")
    movable("told_line")
    for statement in GUARDS:
        op.execute(statement)
