"""Questions to one table as every role, in raw SQL: what may be seen and written, and what must not.

A question's answer is what the server did: rows, a number of rows touched, or the state of its refusal. On
the sound database every answer must be as `safe` says; a mutant is seen when any answer differs.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import asyncpg

from .rows import FOREIGN, OWN, word

CITY = "411700"
REMOVAL = frozenset({"journal", "journal_anchor"})  # the migrator removes archived entries of one bureau
BY_SYSTEM = frozenset({"bureau_move"})  # rows of bureaus that only the deployment writes
REFUSED = ("refused", "42501")
Answer = tuple[Any, ...]


@dataclass(frozen=True)
class Question:
    """One statement as one role within one scope, and which answers are safe."""

    name: str
    role: str
    sql: str
    safe: Callable[[Answer], bool]
    scope: dict[str, str] = field(default_factory=dict)
    given: str | None = None


def scope(bureau: str, *visible: str, subject: str = "nobody", system: str = "") -> dict[str, str]:
    seen = "{" + ",".join(visible) + "}" if visible else ""
    return {"bureau": bureau, "visible": seen, "subject": subject, "system": system}


def nothing(answer: Answer) -> bool:
    return answer in (REFUSED, ("rows", 0, 0), ("touched", 0))


def refused(answer: Answer) -> bool:
    return answer == REFUSED


def own_only(answer: Answer) -> bool:
    return answer == ("rows", 1, 0)


def may_touch(answer: Answer) -> bool:
    return answer in (REFUSED, ("touched", 1))


def not_refused(answer: Answer) -> bool:
    return answer != REFUSED


def of_bureau(table: str, rows: dict[str, str]) -> Iterator[Question]:
    """Questions to a table whose rows belong to bureaus.

    Args:
        rows: bureau → a further row of it, as JSON.
    """
    look = f"select count(bureau), count(bureau) filter (where bureau <> '{OWN}') from {table}"
    put = f"insert into {table} select * from jsonb_populate_record(null::{table}, $1::jsonb)"
    on = "on" if table in BY_SYSTEM else ""
    own, wide = scope(OWN, OWN, system=on), scope(OWN, OWN, FOREIGN, system=on)
    city = scope(CITY, CITY, OWN, system=on)
    for role in ("app", "auditor"):
        yield Question(f"{role} reads its own", role, look, own_only, own)
        yield Question(f"{role} without a scope", role, look, nothing, scope(""))
        yield Question(f"{role} of a city", role, look, own_only, city)
    for role in ("portal", "migrator"):
        for name, within in (
            ("without a scope", scope("")),
            ("with one", wide | {"public_day": "2099-01-01"}),
        ):
            seen = own_only if role == "migrator" and table in REMOVAL and name == "with one" else nothing
            yield Question(f"{role} {name}", role, look, seen, within)
    if table in REMOVAL:  # without a condition no policy of reading stands before that of removing
        one = (lambda a: a == ("touched", 1)) if table == "journal" else nothing
        yield Question("migrator removes", "migrator", f"delete from {table}", one, wide)
    for role in ("app", "auditor", "portal", "migrator"):
        yield Question(f"{role} puts a foreign row", role, put, refused, wide, rows[FOREIGN])
    yield Question("a city puts a county's row", "app", put, refused, city, rows[OWN])
    yield Question("app puts an own row", "app", put, not_refused, own, rows[OWN])
    for role in ("app", "auditor"):
        touch, drop = f"update {table} set bureau = bureau", f"delete from {table}"
        yield Question(
            f"{role} changes a foreign row", role, f"{touch} where bureau = '{FOREIGN}'", nothing, wide
        )
        yield Question(
            f"{role} of a city changes a county's", role, f"{touch} where bureau = '{OWN}'", nothing, city
        )
        yield Question(
            f"{role} drops a foreign row", role, f"{drop} where bureau = '{FOREIGN}'", nothing, wide
        )
        yield Question(
            f"{role} of a city drops a county's", role, f"{drop} where bureau = '{OWN}'", nothing, city
        )
        move = f"update {table} set bureau = '{FOREIGN}' where bureau = '{OWN}'"
        yield Question(f"{role} moves a row away", role, move, refused if role == "app" else nothing, wide)
        mine = f"update {table} set bureau = bureau where bureau = '{OWN}'"
        yield Question(f"{role} changes its own", role, mine, may_touch if role == "app" else nothing, own)
        forget = f"delete from {table} where bureau = '{OWN}'"
        yield Question(f"{role} drops its own", role, forget, may_touch if role == "app" else nothing, own)
    if table in BY_SYSTEM:
        person, touch = scope(OWN, OWN), f"update {table} set bureau = bureau"
        yield Question("a person reads its own", "app", look, own_only, person)
        yield Question("a person puts an own row", "app", put, refused, person, rows[OWN])
        yield Question("a person changes an own row", "app", touch, nothing, person)
        yield Question("a person drops an own row", "app", f"delete from {table}", nothing, person)
        whole = scope("", system="on")
        yield Question("the deployment reads", "app", look, lambda a: a == ("rows", 2, 1), whole)
        yield Question("the deployment changes", "app", touch, lambda a: a == ("touched", 2), whole)
    if table == "membership":
        login = scope("", subject=word(FOREIGN, "subject"))
        yield Question("a login sees its own", "app", look, lambda a: a == ("rows", 1, 1), login)
        yield Question("another login", "app", look, nothing, scope("", subject="nobody"))


def shared(table: str, column: str, row: str) -> Iterator[Question]:
    """Questions to a table that everyone reads and only the deployment itself writes."""
    put = f"insert into {table} select * from jsonb_populate_record(null::{table}, $1::jsonb)"
    look, touch = f"select count({column}) > 0, 0 from {table}", f"update {table} set {column} = {column}"
    for role in ("app", "auditor", "portal"):
        yield Question(f"{role} reads", role, look, lambda a: a == ("rows", True, 0), scope(OWN, OWN))
    for role in ("app", "auditor", "portal", "migrator"):
        yield Question(f"{role} puts", role, put, refused, scope(OWN, OWN), row)
        yield Question(f"{role} changes", role, touch, nothing, scope(OWN, OWN))
        yield Question(f"{role} without a scope changes", role, touch, nothing, scope(""))
    within = scope("", system="on")
    for role in ("auditor", "portal", "migrator"):
        yield Question(f"{role} as the deployment puts", role, put, refused, within, row)
        yield Question(f"{role} as the deployment changes", role, touch, nothing, within)
    yield Question("the deployment puts", "app", put, not_refused, within, row)
    yield Question("the deployment changes", "app", touch, lambda a: a[0] == "touched", within)


def of_deployment(table: str, column: str, row: str, *, shown: bool) -> Iterator[Question]:
    """Questions to a table of the deployment's own work.

    Args:
        shown: whether every role of ours may read it; where not, everybody may put rows, for later.
    """
    put = f"insert into {table} select * from jsonb_populate_record(null::{table}, $1::jsonb)"
    look, touch = f"select count({column}) > 0, 0 from {table}", f"update {table} set {column} = {column}"
    person, whole = scope(OWN, OWN), scope("", system="on")
    for role in ("app", "auditor"):
        yield Question(f"{role} reads", role, look, lambda a: a == ("rows", shown, 0), person)
        yield Question(
            f"{role} as the deployment reads", role, look, lambda a: a[0] == "rows" and a[1], whole
        )
    yield Question("migrator reads", "migrator", look, lambda a: a == ("rows", shown, 0), whole)
    for within in (person, whole):
        for role in ("auditor", "portal", "migrator"):
            yield Question(f"{role} puts", role, put, refused, within, row)
            yield Question(f"{role} changes", role, touch, nothing, within)
            yield Question(f"{role} drops", role, f"delete from {table}", nothing, within)
    yield Question("a person puts", "app", put, refused if shown else not_refused, person, row)
    yield Question("a person changes", "app", touch, nothing, person)
    yield Question("a person drops", "app", f"delete from {table}", nothing, person)
    yield Question("the deployment puts", "app", put, not_refused, whole, row)
    yield Question("the deployment changes", "app", touch, lambda a: a[0] == "touched", whole)
    yield Question("the deployment drops", "app", f"delete from {table}", lambda a: a[0] == "touched", whole)


async def answer(db: asyncpg.Connection, question: Question) -> Answer:
    """Ask inside a savepoint that is rolled back; `db` is the superuser's, in a transaction."""
    inner = db.transaction()
    await inner.start()
    try:
        await db.execute(_enter(question))
        if question.sql.startswith("select"):
            return ("rows", *(await db.fetchrow(question.sql)))
        given = () if question.given is None else (question.given,)
        done: str = await db.execute(question.sql, *given)
        return "touched", int(done.rsplit(" ", 1)[1])
    except asyncpg.PostgresError as error:
        return "refused", error.sqlstate
    finally:
        await inner.rollback()


def _enter(question: Question) -> str:
    sets = [f"select set_config('app.{name}', '{value}', true)" for name, value in question.scope.items()]
    return ";".join([*sets, f"set local role shuangsui_{question.role}"])


KEPT = ("bureau", "list_id", "visit_id", "case_id", "message", "valid_from")  # none with a 9 behind it


def another(row: dict[str, Any], keys: list[str]) -> str:
    """A row like this one under another key."""
    changed = dict(row)
    for key in keys:
        value = changed[key]
        if key != "bureau" and isinstance(value, int) and not isinstance(value, bool):
            changed[key] = value + 100
        elif key == "id" or key.endswith("_id"):
            changed[key] = value[:-1] + "9"
        elif key not in KEPT:
            changed[key] = f"{value}9"
    return json.dumps(changed)
