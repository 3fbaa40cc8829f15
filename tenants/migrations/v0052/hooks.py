"""Endpoints of other systems, and what is told to each; of an endpoint only its secret and its end change."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from tenants.migrations.v0008.guards import guard
from tenants.migrations.v0014.moving import movable

GRANTS = (
    "grant select, insert, update (sealed, former_until, gone_at, ended_by, ended_at) on hook"
    " to shuangsui_app",
    "grant select, insert, update (state, tries, tried_at, settled_at, status, answer, last_error)"
    " on hook_delivery to shuangsui_app",
    "grant select on hook, hook_delivery to shuangsui_auditor",
)
_MOMENT = sa.DateTime(timezone=True)


def create() -> None:
    """Both tables, the index of the log, their policies."""
    op.create_table(
        "hook",
        _column("bureau"),
        _column("id", sa.Uuid()),
        _column("url"),
        _column("words"),
        _column("events", sa.ARRAY(sa.Text())),
        _column("sealed", sa.LargeBinary()),
        _column("made_by"),
        _column("made_at", _MOMENT),
        _column("former_until", _MOMENT, null=True),
        _column("gone_at", _MOMENT, null=True),
        _column("ended_by", null=True),
        _column("ended_at", _MOMENT, null=True),
        sa.CheckConstraint("length(url) between 9 and 500 and length(words) <= 100", name="hook_lengths"),
        sa.CheckConstraint("cardinality(events) between 1 and 20", name="hook_events"),
        sa.CheckConstraint("(ended_at is null) = (ended_by is null)", name="hook_end"),
        *_keys("hook"),
    )
    op.create_table(
        "hook_delivery",
        _column("bureau"),
        _column("id", sa.Uuid()),
        _column("hook", sa.Uuid()),
        _column("event"),
        _column("body", sa.LargeBinary()),
        _column("made_at", _MOMENT),
        _column("state"),
        _column("tries", sa.Integer()),
        _column("tried_at", _MOMENT, null=True),
        _column("settled_at", _MOMENT, null=True),
        _column("status", sa.Integer(), null=True),
        _column("answer", null=True),
        _column("last_error", null=True),
        sa.CheckConstraint("state in ('waiting', 'sent', 'dead')", name="hook_delivery_state"),
        sa.CheckConstraint(
            "octet_length(body) <= 4096 and length(answer) <= 200", name="hook_delivery_lengths"
        ),
        sa.CheckConstraint("(state = 'waiting') = (settled_at is null)", name="hook_delivery_settled"),
        sa.ForeignKeyConstraint(
            ["bureau", "hook"], ["hook.bureau", "hook.id"], name="hook_delivery_bureau_hook_fkey"
        ),
        *_keys("hook_delivery"),
    )
    op.create_index("hook_delivery_made_idx", "hook_delivery", ["bureau", "made_at"])
    for table in ("hook", "hook_delivery"):
        guard(table)
        movable(table)
    for statement in GRANTS:
        op.execute(statement)


def _column(name: str, kind: Any = None, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind or sa.Text(), nullable=null)


def _keys(table: str) -> tuple[sa.Constraint, ...]:
    whose = sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name=f"{table}_bureau_fkey")
    return whose, sa.PrimaryKeyConstraint("bureau", "id", name=f"{table}_pkey")
