"""Witnesses invited for one draw by link and code, and who stands by the minutes of a draw."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from tenants.migrations.v0008.guards import guard
from tenants.migrations.v0014.moving import movable

_STEPS = """
create function witness_invitation_steps() returns trigger language plpgsql as $$
begin
  if (new.bureau, new.draw_no, new.n, new.name, new.link, new.code, new.at, new."by", new.expires_at)
     is distinct from
     (old.bureau, old.draw_no, old.n, old.name, old.link, old.code, old.at, old."by", old.expires_at)
    or new.tries < old.tries
    or (old.withdrawn_at is not null and (new.withdrawn_at, new.withdrawn_by)
        is distinct from (old.withdrawn_at, old.withdrawn_by))
    or (old.entered_at is not null and new.entered_at is distinct from old.entered_at)
    or (old.device_key is not null and new.device_key is distinct from old.device_key) then
    raise exception using errcode = '23514', constraint = 'witness_invitation_steps',
      message = 'settled invitation';
  end if;
  return new;
end $$
"""
_STATEMENTS = (
    _STEPS,
    "create trigger witness_invitation_steps before update on witness_invitation"
    " for each row execute function witness_invitation_steps()",
    "grant select, insert, update (tries, entered_at, withdrawn_at, withdrawn_by, device_key)"
    " on witness_invitation to shuangsui_app",
    "grant select, insert on draw_minutes to shuangsui_app",
    "grant select on witness_invitation, draw_minutes to shuangsui_auditor",
    "create trigger draw_minutes_kept before update or delete or truncate on draw_minutes"
    " for each statement execute function refuse_change()",
)


def create() -> None:
    """Both tables, guarded like every table of a bureau."""
    _invitations()
    _minutes()
    for table in ("witness_invitation", "draw_minutes"):
        guard(table)
        movable(table)
    for statement in _STATEMENTS:
        op.execute(statement)


def _invitations() -> None:
    op.create_table(
        "witness_invitation",
        sa.Column("bureau", sa.Text(), nullable=False),
        sa.Column("draw_no", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("n", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("link", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_by", sa.Text(), nullable=True),
        sa.Column("device_key", sa.Text(), nullable=True),
        sa.CheckConstraint("n >= 1 and tries between 0 and 10", name="witness_invitation_numbers"),
        sa.CheckConstraint(
            "(withdrawn_at is null) = (withdrawn_by is null)", name="witness_invitation_withdrawn"
        ),
        sa.CheckConstraint("expires_at > at", name="witness_invitation_expires"),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name="witness_invitation_bureau_fkey"),
        sa.ForeignKeyConstraint(
            ["bureau", "draw_no"],
            ["draw.bureau", "draw.draw_no"],
            name="witness_invitation_bureau_draw_no_fkey",
        ),
        sa.PrimaryKeyConstraint("bureau", "draw_no", "n", name="witness_invitation_pkey"),
    )
    op.create_index("witness_invitation_link", "witness_invitation", ["bureau", "link"], unique=True)


def _minutes() -> None:
    op.create_table(
        "draw_minutes",
        sa.Column("bureau", sa.Text(), nullable=False),
        sa.Column("draw_no", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("h", sa.Text(), nullable=False),
        sa.Column("body", postgresql.JSONB(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("device_key", sa.Text(), nullable=True),
        sa.Column("sig", sa.Text(), nullable=True),
        sa.CheckConstraint("role in ('drawer', 'witness')", name="draw_minutes_role"),
        sa.CheckConstraint("(device_key is null) = (sig is null)", name="draw_minutes_signed"),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name="draw_minutes_bureau_fkey"),
        sa.ForeignKeyConstraint(
            ["bureau", "draw_no"],
            ["draw.bureau", "draw.draw_no"],
            name="draw_minutes_bureau_draw_no_fkey",
        ),
        sa.PrimaryKeyConstraint("bureau", "draw_no", "role", name="draw_minutes_pkey"),
    )
    # one person does not stand by the minutes in both parts
    op.create_index("draw_minutes_two_hands", "draw_minutes", ["bureau", "draw_no", "by"], unique=True)
