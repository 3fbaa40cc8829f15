"""Who opens logins and gives ordinary roles does not draw, unless the superior lets the bureau off.

An administrator could otherwise open a login for a registry keeper, change the roster with it and draw.
Periods that hold both already are left to run out; nothing new overlaps.
"""

from alembic import op

from tenants.migrations.v0022.honoured import _WITHDRAWN
from tenants.migrations.v0022.waivers import PAIRS
from tenants.migrations.v0029.roles import _SHORTER

_BEFORE = "('witness', 'drawer', false)"
_ADDED = "('bureau_admin', 'drawer', false), ('bureau_admin', 'city_drawer', false),\n      " + _BEFORE
EXCLUSIVE, _WITHDRAWS = (
    text.replace("create function", "create or replace function").replace(_BEFORE, _ADDED)
    for text in (_SHORTER, _WITHDRAWN)
)
WAIVED = (*PAIRS[:-1], "bureau_admin+drawer", "bureau_admin+city_drawer", PAIRS[-1])
_ALLOWED = (
    "cardinality(pairs) > 0 and pairs <@ array[" + ", ".join(f"'{pair}'" for pair in WAIVED) + "]::text[]"
)
_STATEMENTS = (
    EXCLUSIVE,
    _WITHDRAWS,
    *(
        statement
        for table in ("waiver", "waiver_copy")
        for statement in (
            f"alter table {table} drop constraint {table}_pairs",
            f"alter table {table} add constraint {table}_pairs check ({_ALLOWED})",
        )
    ),
)


def create() -> None:
    """Both functions and both checks know the pair."""
    for statement in _STATEMENTS:
        op.execute(statement)
