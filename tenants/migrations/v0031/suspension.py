"""After a new password or a forgotten second factor, a person's weighty roles rest until another person has
seen that the login is again in the right hands.

What rests is told by the period itself; nobody takes it off: a second person's word is added.
"""

from alembic import op

from tenants.migrations.v0031 import periods

# As of this step's periods, and: a rest is not forgotten, and what ends it names who suspended it no more.
_KEPT = periods._KEPT.replace(
    "  if old.ended_at is not null\n",
    "  if old.ended_at is not null\n"
    "    or (old.suspended_at is not null and (new.suspended_at is null\n"
    "      or new.suspended_at < old.suspended_at or (new.suspended_at = old.suspended_at\n"
    "        and (new.suspended_by is distinct from old.suspended_by\n"
    "          or (old.restored_at is not null and new.restored_at is distinct from old.restored_at)))))\n",
)
_STATEMENTS = (
    "alter table membership add column suspended_at timestamptz, add column suspended_by text,"
    " add column restored_at timestamptz, add column restored_by text",
    "alter table membership add constraint membership_suspended check ("
    "(suspended_at is null) = (suspended_by is null) and (restored_at is null) = (restored_by is null)"
    " and (restored_at is null or coalesce(suspended_at <= restored_at, false)))",
    "alter table membership add constraint membership_second_hand check ("
    "restored_by is distinct from suspended_by or restored_by is null)",
    "alter table membership add constraint membership_own_hand check (restored_by <> subject)",
    "grant update (suspended_at, suspended_by, restored_at, restored_by) on membership to shuangsui_app",
    _KEPT,
)


def create() -> None:
    """Columns, two hands, and what keeps them."""
    for statement in _STATEMENTS:
        op.execute(statement)
