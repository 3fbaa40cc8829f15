"""Roles that two people grant, in raw SQL of the application's own role: what a row needs to be taken."""

from datetime import date
from typing import Any
from uuid import uuid4

from sqlalchemy import text

from policies.access_matrix import SENSITIVE

PROPOSED = (
    "insert into public.role_grant (bureau, id, subject, name, role, certificate, since, until, why,"
    " proposed_by, proposed_at) values (:b, :g, :s, :n, :r, '', :f, :u, '', :p, :at)"
)
APPROVED = "update public.role_grant set approved_by = :a, approved_at = :at where bureau = :b and id = :g"
INSERT = (
    "insert into public.membership (bureau, subject, role, name, certificate, valid_from, valid_until,"
    " origin, grant_id) values (:b, :s, :r, :n, '', :f, :u, :o, :g)"
)


def row(bureau: str, subject: str, role: str, since: date, until: date | None = None) -> dict[str, Any]:
    """Values of a membership; of a sensitive role with the id of a proposal yet to be made."""
    two = role in SENSITIVE
    made = {"b": bureau, "s": subject, "r": role, "n": "x", "f": since, "u": until}
    return made | {"o": "two" if two else "one", "g": uuid4() if two else None}


async def agree(db: Any, values: dict[str, Any], by: str = "one", other: str = "another") -> None:
    """Propose and approve what a row of a sensitive role needs, on its first day."""
    if values["o"] != "two":
        return
    first, until = values["f"], values["u"]
    day = f"{first.isoformat()}T00:00:00+08:00"
    if until is not None and until < first:  # never holds, yet must be told of
        until = None
    asked = {name: values[name] for name in "bgsnrf"} | {"u": until, "p": by}
    await db.execute(text(PROPOSED.replace(":at", f"'{day}'")), asked)
    await db.execute(
        text(APPROVED.replace(":at", f"'{day}'")), {"a": other, "b": values["b"], "g": values["g"]}
    )


async def hold(db: Any, values: dict[str, Any]) -> None:
    """Both, and the row."""
    await agree(db, values)
    await db.execute(text(INSERT), values)
