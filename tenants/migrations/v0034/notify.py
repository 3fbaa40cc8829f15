"""Channels, choices, messages, tries. What is secret or personal is sealed by a data key of the bureau."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from tenants.migrations.v0008.guards import guard
from tenants.migrations.v0014.moving import movable

TABLES = ("notify_key", "notify_channel", "notify_choice", "notify_message", "notify_attempt")
_KINDS = "kind in ('mail', 'sms', 'wecom', 'dingtalk')"
_MOMENT = sa.DateTime(timezone=True)

GUARDS = (
    "grant select, insert, update (wrapped) on notify_key to shuangsui_app",
    "grant select, insert, update (ended_by, ended_at) on notify_channel to shuangsui_app",
    "grant select, insert, update (mail, mobile, events, changed_at) on notify_choice to shuangsui_app",
    "grant select, insert, update (state, tries, settled_at, last_error) on notify_message to shuangsui_app",
    "grant select, insert on notify_attempt to shuangsui_app",
    f"grant select on {', '.join(TABLES)} to shuangsui_auditor",
    "create trigger notify_attempt_kept before update or delete or truncate on notify_attempt"
    " for each statement execute function refuse_change()",
)


def create() -> None:
    """Five tables and their policies."""
    _key()
    _channel()
    _choice()
    _message()
    _attempt()
    for table in TABLES:
        guard(table)
        movable(table)
    for statement in GUARDS:
        op.execute(statement)


def _words(*names: str, null: bool = False) -> list[sa.Column[str]]:
    return [sa.Column(name, sa.Text(), nullable=null) for name in names]


def _bureau(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name=f"{table}_bureau_fkey")


def _key() -> None:
    op.create_table(
        "notify_key",
        *_words("bureau"),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        _bureau("notify_key"),
        sa.PrimaryKeyConstraint("bureau", name="notify_key_pkey"),
    )


def _channel() -> None:
    op.create_table(
        "notify_channel",
        *_words("bureau"),
        sa.Column("id", sa.Uuid(), nullable=False),
        *_words("kind"),
        sa.Column("settings", postgresql.JSONB(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("events", postgresql.ARRAY(sa.Text()), nullable=False),
        *_words("made_by"),
        sa.Column("made_at", _MOMENT, nullable=False),
        *_words("ended_by", null=True),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sa.CheckConstraint(_KINDS, name="notify_channel_kind"),
        sa.CheckConstraint("(ended_at is null) = (ended_by is null)", name="notify_channel_end"),
        _bureau("notify_channel"),
        sa.PrimaryKeyConstraint("bureau", "id", name="notify_channel_pkey"),
    )
    op.create_index(
        "notify_channel_live_idx",
        "notify_channel",
        ["bureau", "kind"],
        unique=True,
        postgresql_where=sa.text("ended_at is null"),
    )


def _choice() -> None:
    op.create_table(
        "notify_choice",
        *_words("bureau", "subject"),
        sa.Column("mail", sa.LargeBinary(), nullable=True),
        sa.Column("mobile", sa.LargeBinary(), nullable=True),
        sa.Column("events", postgresql.JSONB(), nullable=False),
        sa.Column("changed_at", _MOMENT, nullable=False),
        _bureau("notify_choice"),
        sa.PrimaryKeyConstraint("bureau", "subject", name="notify_choice_pkey"),
    )


def _message() -> None:
    op.create_table(
        "notify_message",
        *_words("bureau"),
        sa.Column("id", sa.Uuid(), nullable=False),
        *_words("event", "subject", "kind"),
        sa.Column("facts", postgresql.JSONB(), nullable=False),
        *_words("dedup", "state"),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("settled_at", _MOMENT, nullable=True),
        *_words("last_error", null=True),
        sa.CheckConstraint(_KINDS, name="notify_message_kind"),
        sa.CheckConstraint("state in ('waiting', 'sent', 'dead')", name="notify_message_state"),
        sa.CheckConstraint("(state = 'waiting') = (settled_at is null)", name="notify_message_settled"),
        sa.CheckConstraint("tries >= 0", name="notify_message_tries"),
        _bureau("notify_message"),
        sa.PrimaryKeyConstraint("bureau", "id", name="notify_message_pkey"),
    )
    keys = ["bureau", "kind", "subject", "dedup"]
    op.create_index("notify_message_dedup_idx", "notify_message", keys, unique=True)
    op.create_index("notify_message_made_idx", "notify_message", ["bureau", "made_at", "id"])


def _attempt() -> None:
    op.create_table(
        "notify_attempt",
        *_words("bureau"),
        sa.Column("message", sa.Uuid(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("channel", sa.Uuid(), nullable=True),
        *_words("outcome"),
        sa.CheckConstraint("n >= 1", name="notify_attempt_n"),
        _bureau("notify_attempt"),
        sa.ForeignKeyConstraint(
            ["bureau", "message"],
            ["notify_message.bureau", "notify_message.id"],
            name="notify_attempt_bureau_message_fkey",
        ),
        sa.PrimaryKeyConstraint("bureau", "message", "n", name="notify_attempt_pkey"),
    )
