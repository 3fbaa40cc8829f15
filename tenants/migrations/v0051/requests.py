"""Requests for visits that no draw chose; only what was decided of one, and its record, is ever changed."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from tenants.migrations.v0008.guards import guard
from tenants.migrations.v0014.moving import movable

NAME = "visit_request"
_BORN = """
create function visit_request_born() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  if new.state <> 'asked' then
    raise exception using errcode = '23514', constraint = 'visit_request_steps', message = 'born decided';
  end if;
  return new;
end $$
"""
_STEPS = """
create function visit_request_steps() returns trigger language plpgsql set search_path = pg_catalog as $$
begin
  if old.decided_by is not null
    and (new.decided_by, new.decided_name, new.decided_at, new.decided_why)
      is distinct from (old.decided_by, old.decided_name, old.decided_at, old.decided_why) then
    raise exception using errcode = '23514', constraint = 'visit_request_steps', message = 'settled request';
  end if;
  return new;
end $$
"""
GRANTS = (
    f"grant select, insert, update (state, decided_by, decided_name, decided_at, decided_why,"
    f" dropped_at, dropped_why, visit_id) on {NAME} to shuangsui_app",
    f"grant select on {NAME} to shuangsui_auditor",
    _BORN,
    f"create trigger {NAME}_born before insert on {NAME} for each row"
    " when (current_user <> 'shuangsui_migrator') execute function visit_request_born()",
    _STEPS,
    f"create trigger {NAME}_steps before update on {NAME}"
    " for each row execute function visit_request_steps()",
)
CHECKS = {
    "visit_type": "visit_type in ('special', 'case', 'followup', 'complaint', 'revisit')",
    "state": "state in ('asked', 'approved', 'refused', 'dropped')",
    "lengths": "length(matter) between 1 and 500 and length(source) <= 100"
    " and length(urgent_why) between 1 and 500 and length(decided_why) <= 500"
    " and length(dropped_why) between 1 and 500",
    "officers": "cardinality(officers) between 1 and 20",
    "days": "until >= since and until < since + 92",
    "two_hands": "decided_by <> asked_by",
    "decided": "(decided_by is null) = (decided_at is null) and (decided_by is null) = (decided_name is null)"
    " and (decided_by is null) = (decided_why is null)"
    " and (decided_by is null or state <> 'asked')"
    " and (decided_by is not null or state in ('asked', 'dropped'))",
    "dropped": "(state = 'dropped') = (dropped_at is not null)"
    " and (dropped_at is null) = (dropped_why is null)",
    "used": "(urgent_why is null) = (file_by is null) and (urgent_why is null or visit_id is not null)"
    " and (urgent_why is not null or visit_id is null or state = 'approved')",
}
_MOMENT = sa.DateTime(timezone=True)


def create() -> None:
    """The table, its index of one request a record, and its policies."""
    op.create_table(
        NAME,
        _column("bureau"),
        _column("id", sa.Uuid()),
        *map(_column, ("visit_type", "site_code", "matter", "source")),
        _column("officers", sa.ARRAY(sa.Text())),
        _column("since", sa.Date()),
        _column("until", sa.Date()),
        _column("asked_by"),
        _column("asked_name"),
        _column("asked_at", _MOMENT),
        _column("state"),
        _column("urgent_why", null=True),
        _column("file_by", sa.Date(), null=True),
        _column("decided_by", null=True),
        _column("decided_name", null=True),
        _column("decided_at", _MOMENT, null=True),
        _column("decided_why", null=True),
        _column("dropped_at", _MOMENT, null=True),
        _column("dropped_why", null=True),
        _column("visit_id", sa.Uuid(), null=True),
        *(sa.CheckConstraint(text, name=f"{NAME}_{name}") for name, text in CHECKS.items()),
        sa.ForeignKeyConstraint(["bureau"], ["bureau.code"], name=f"{NAME}_bureau_fkey"),
        sa.ForeignKeyConstraint(
            ["bureau", "visit_id"], ["visit.bureau", "visit.id"], name=f"{NAME}_bureau_visit_id_fkey"
        ),
        sa.PrimaryKeyConstraint("bureau", "id", name=f"{NAME}_pkey"),
    )
    op.create_index("visit_request_visit", NAME, ["bureau", "visit_id"], unique=True)
    op.create_index("visit_request_asked_idx", NAME, ["bureau", "asked_at"])
    guard(NAME)
    movable(NAME)
    for statement in GRANTS:
        op.execute(statement)


def _column(name: str, kind: Any = None, *, null: bool = False) -> sa.Column[Any]:
    return sa.Column(name, kind or sa.Text(), nullable=null)
