"""What the worker did last: per bureau, and for the deployment as a whole. Outbox items that gave up."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from tenants.migrations.v0008.guards import guard
from tenants.migrations.v0014.moving import movable

_SYSTEM = "(select current_setting('app.system', true)) = 'on'"
_STATEMENTS = (
    "grant select, insert, update (stamp, tried_at, done_at, tries, retry_at, progress, result, error)"
    " on job_run to shuangsui_app",
    "grant select on job_run to shuangsui_auditor",
    "alter table deployment_job enable row level security, force row level security",
    "create policy deployment_job_read on deployment_job for select using (true)",
    "create policy deployment_job_insert on deployment_job for insert to shuangsui_app"
    f" with check ({_SYSTEM})",
    "create policy deployment_job_update on deployment_job for update to shuangsui_app"
    f" using ({_SYSTEM}) with check ({_SYSTEM})",
    "grant select, insert, update (stamp, tried_at, done_at, tries, retry_at, progress, result, error)"
    " on deployment_job to shuangsui_app",
    "grant select on deployment_job to shuangsui_auditor",
)


def create() -> None:
    """Runs of the clock's jobs; `dedup` keeps an order from standing twice, `stuck_at` says it gave up."""
    op.create_table(
        "job_run",
        sa.Column("bureau", sa.Text(), nullable=False),
        *_run(),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name="job_run_bureau_fkey"),
        sa.PrimaryKeyConstraint("bureau", "job", name="job_run_pkey"),
    )
    guard("job_run")
    movable("job_run")
    op.create_table("deployment_job", *_run(), sa.PrimaryKeyConstraint("job", name="deployment_job_pkey"))
    op.add_column("outbox", sa.Column("dedup", sa.Text(), nullable=True))
    op.add_column("outbox", sa.Column("stuck_at", sa.DateTime(timezone=True), nullable=True))
    op.create_index(
        "outbox_dedup_idx",
        "outbox",
        ["bureau", "topic", "dedup"],
        unique=True,
        postgresql_where=sa.text("done_at is null"),
    )
    for statement in _STATEMENTS:
        op.execute(statement)


def _run() -> list[sa.Column[Any]]:
    moment = sa.DateTime(timezone=True)
    return [
        sa.Column("job", sa.Text(), nullable=False),
        sa.Column("stamp", sa.Text(), nullable=False),
        sa.Column("tried_at", moment, nullable=False),
        sa.Column("done_at", moment, nullable=True),
        sa.Column("tries", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("retry_at", moment, nullable=True),
        sa.Column("progress", postgresql.JSONB(), nullable=True),
        sa.Column("result", postgresql.JSONB(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
    ]
