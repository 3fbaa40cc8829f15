"""A period called off before it began leaves its first day free: the role may be given from it anew.

The row that was called off stays. What is given from the same first day is told apart by its attempt.
"""

from alembic import op

from tenants.migrations.v0021 import periods

_KEPT = (
    periods._KEPT.replace("create function", "create or replace function")
    .replace("new.valid_from, new.origin", "new.valid_from, new.attempt, new.origin")
    .replace("old.valid_from, old.origin", "old.valid_from, old.attempt, old.origin")
)
_PERIODS = periods._PERIODS.replace("create function", "create or replace function").replace(
    "held.valid_from <> new.valid_from",
    "(held.valid_from, held.attempt) <> (new.valid_from, new.attempt)",
)
_STATEMENTS = (
    "alter table membership add column attempt integer not null default 0",
    "alter table membership drop constraint membership_pkey",
    "alter table membership add constraint membership_pkey"
    " primary key (bureau, subject, role, valid_from, attempt)",
    _KEPT,
    _PERIODS,
)


def create() -> None:
    """Widen the key, and look at it where a row is compared with itself."""
    for statement in _STATEMENTS:
        op.execute(statement)
