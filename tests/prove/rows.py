"""One row in every table for each of two bureaus, made from the tables themselves.

Whatever belongs to the other bureau carries MARK, so that a leak shows in any answer. Its draw, ids and codes
differ from the own ones: a query that forgets the bureau finds the row by its key. Nothing of it is public.
"""

import re
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Column, Table, insert, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.tables import metadata

OWN, FOREIGN = "411721", "150203"
MARK = "外单位"
AT = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)
DAY = date(2026, 1, 5)
ONE_OF = re.compile(r"^(\w+) in \('([^']*)'")

Facts = dict[str, Any]
NUMBERS: dict[str, Facts] = {
    OWN: {"draw_no": 1, "slot": 0, "n": 1, "version": 1, "index": 1, "size": 1},
    FOREIGN: {"draw_no": 700_007, "slot": 50_005, "n": 3, "version": 2, "index": 2, "size": 2},
}
COMMON: Facts = {"year": 2026, "period": "2026Q1", "suite": 1, "kind": "routine", "item": "routine"}
# what a check or another table asks for; everything else follows from the column's type
SPECIAL: dict[str, Facts] = {
    "bureau": {},
    "draw": {"late": False},
    "platform_list": {"verdict": "noted", "missing": 0, "extra": 0, "teams": 0},
    "closure": {"withdrawn_at": AT, "withdrawn_by": "x"},  # one in force is public
    "declaration": {"kind": "absence", "day": DAY, "draw_no": None, "slot": None},
    "draw_change": {"base": 0},
    "visit": {"state": "accepted", "upload_due": DAY, "publish_due": DAY},
    "duty": {},
    "membership": {"grant_id": None, "ended_at": None, "ended_by": None, "attempt": 0, "suspended_hands": []},
    "role_grant": {"approved_by": None, "approved_at": None, "withdrawn_by": None, "withdrawn_at": None},
    "keeper_handover": {
        "digest": "0" * 64,
        "confirmed_by": None,
        "confirmed_at": None,
        "withdrawn_by": None,
        "withdrawn_at": None,
    },
    "officer_span": {"last": DAY},
    "key_check": {"version": "v1"},
    "leak_case": {"slots": [0]},
    "witness_invitation": {"expires_at": AT.replace(year=AT.year + 1)},
    "notify_channel": {"ended_at": AT, "ended_by": "x"},
    "glass": {"minutes": 30, "reason": "核对导入记录的数量", "purpose": "核对导入记录的数量"},
    "journal_anchor": {"archive": "0" * 64, "keep_days": 190},
    "log_entry": {},
    "waiver": {"pairs": ["registry_keeper+drawer"]},
    "waiver_copy": {"pairs": ["registry_keeper+drawer"]},
    "audit_check": {"method": None, "verdict": None},
    "hook": {"url": "https://platform.example.org/in", "ended_at": AT, "ended_by": "x"},
    "hook_delivery": {"settled_at": None},
    "visit_rating": {"receipt": "0" * 64},
    "visit_complaint": {"receipt": "0" * 64},
    "visit_request": {
        "officers": ["x"],
        "state": "asked",
        "urgent_why": None,
        "file_by": None,
        "visit_id": None,
        "decided_by": None,
        "decided_name": None,
        "decided_at": None,
        "decided_why": None,
        "dropped_at": None,
        "dropped_why": None,
    },
}
SKIPPED = frozenset({"bureau", "database_identity", "log_entry", "log_checkpoint", "witness_key",
                     "calendar_notice", "deployment_job"})  # fmt: skip


def tables() -> list[Table]:
    """Every table whose rows belong to bureaus."""
    return [t for t in metadata.sorted_tables if t.info["holds"] == "bureau"]


def uuid_of(bureau: str) -> UUID:
    """The id of every row of a bureau that has one."""
    return UUID(f"{bureau}00-0000-8000-8000-000000000000")  # never one that was made at random


def row_of(table: Table, bureau: str, **more: Any) -> Facts:
    """A whole row of a table, belonging to a bureau.

    Args:
        more: columns to set otherwise; those the table does not have are left out.
    """
    wanted = COMMON | NUMBERS[bureau] | {"bureau": bureau} | _enumerations(table)
    wanted |= SPECIAL.get(table.name, {}) | more
    return {c.name: wanted[c.name] if c.name in wanted else _value(c, bureau) for c in table.c}


def word(bureau: str, name: str) -> str:
    """A text of a bureau: the other one's carries MARK."""
    return f"{MARK if bureau == FOREIGN else '本单位'}-{name}"


async def put_rows(db: AsyncConnection, *, only: str | None = None, **more: Any) -> None:
    """Fill every table; `db` is a superuser's, its triggers and foreign keys off for the transaction."""
    await db.execute(text("set local session_replication_role = replica"))
    for table in tables():
        for bureau in (OWN, FOREIGN) if only is None else (only,):
            await db.execute(insert(table), [row_of(table, bureau, **more)])


def _enumerations(table: Table) -> Facts:
    checks = [str(c.sqltext) for c in table.constraints if isinstance(c, CheckConstraint)]
    return {found[1]: found[2] for check in checks if (found := ONE_OF.match(check))}


def _value(column: Column[Any], bureau: str) -> Any:
    if column.nullable:
        return None
    kind = column.type
    if isinstance(kind, JSONB):
        return [] if column.name in LISTS else {"name": word(bureau, column.name)}
    if isinstance(kind, ARRAY):
        return [word(bureau, column.name)]
    made = {
        str: word(bureau, column.name), bytes: word(bureau, column.name).encode(), int: 3, float: 1.5,
        bool: True, UUID: uuid_of(bureau), datetime: AT, date: DAY,
    }  # fmt: skip
    return made[kind.python_type]


LISTS = frozenset({"leave", "recusals", "officers", "factors", "categories", "sites", "people"})
