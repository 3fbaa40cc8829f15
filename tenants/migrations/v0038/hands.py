"""Everybody who reset a login during one rest is kept from ending it, not the last one alone.

Who reset a password first still knows it when another one later takes the second factor away. And a head
whose role rests is not there for a bureau: whoever would leave it to such a one alone is refused.
"""

from alembic import op

from tenants.migrations.v0023 import glass
from tenants.migrations.v0029.roles import _ALL_DAYS
from tenants.migrations.v0031.suspension import _KEPT as BEFORE

_KEPT = BEFORE.replace(
    "  if old.ended_at is not null\n",
    "  if old.ended_at is not null\n"
    "    or (old.suspended_at is not null and not new.suspended_hands @> old.suspended_hands\n"
    "      and not (old.restored_at is not null and new.suspended_at > old.suspended_at))\n",
    1,
)
_LAST = _ALL_DAYS.replace(
    "    and (held.ended_at is null or held.valid_from <= held.valid_until)\n",
    "    and (held.ended_at is null or held.valid_from <= held.valid_until)\n"
    "    and (held.suspended_at is null or held.restored_at is not null)\n",
    1,
)
# Who asks to look at a bureau, and who approves that, holds a role that does not rest.
_HOLDS = "and coalesce(m.ended_at, 'infinity') > "
_GLASS = tuple(
    text.replace("create function", "create or replace function").replace(
        _HOLDS, "and (m.suspended_at is null or m.restored_at is not null)\n        " + _HOLDS
    )
    for text in (glass._ASKED, glass._STEPS)
)
_STATEMENTS = (
    "alter table membership add column suspended_hands text[] not null default '{}'",
    "update membership set suspended_hands = array[suspended_by] where suspended_by is not null",
    "alter table membership add constraint membership_hands check ("
    "case when suspended_by is null then suspended_hands = '{}'"
    " else suspended_by = any(suspended_hands) end)",
    "alter table membership drop constraint membership_second_hand",
    "alter table membership add constraint membership_second_hand check ("
    "restored_by is null or restored_by <> all(suspended_hands))",
    "grant update (suspended_hands) on membership to shuangsui_app",
    _KEPT,
    _LAST,
    *_GLASS,
)


def create() -> None:
    """The column, its checks, and what keeps them."""
    for statement in _STATEMENTS:
        op.execute(statement)
