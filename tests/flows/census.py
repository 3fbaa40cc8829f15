"""Every unit of work of the flow tests is watched: what it writes must stand in a journal, in the same unit.

The statements that really ran are read, not the code: a use case that forgets its journal row fails whichever
test runs it. Rows the database's own triggers write are not seen; there are none.
"""

import re
from collections.abc import Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from services.work import App
from tenants.entering import ENTERED
from tenants.scope import Scope
from tenants.tables import metadata

WRITE = re.compile(r'\s*(insert into|update|delete from)\s+"?(\w+)', re.IGNORECASE)
OF_BUREAU = {t.name for t in metadata.tables.values() if t.info["holds"] == "bureau"}
# Plumbing that tells of no act of its own, or is itself a record beside the journal.
UNSAID = {
    "outbox": "an order of the act that stands in the journal; orders of the worker move it on",
    "idempotency": "the answer of a request that stands in the journal",
    "hook_delivery": "what the act that stands in the journal tells other systems; a log of its own",
    "job_run": "when the worker ran; its effects are told by themselves",
}


@dataclass
class Unit:
    """What one unit of work wrote: (bureau, table) → verbs, and journal rows (bureau, action, before)."""

    writes: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    rows: list[tuple[str, str, Any]] = field(default_factory=list)

    @property
    def silent(self) -> set[tuple[str, str]]:
        """What it wrote in a bureau without any word in that bureau's own journal."""
        told = {bureau for bureau, _, _ in self.rows}
        return {(b, t) for b, t in self.writes if t not in UNSAID and b not in told}

    @property
    def without_before(self) -> set[tuple[str, str]]:
        """Where it changed rows, while no row of that bureau's journal tells what was there before."""
        told = {bureau for bureau, _, before in self.rows if before is not None}
        changed = {key for key, verbs in self.writes.items() if verbs & {"update", "delete from"}}
        return {(b, t) for b, t in changed if t not in UNSAID and b not in told}


@dataclass
class Census:
    """The units seen so far, each with where it was opened."""

    units: list[Unit] = field(default_factory=list, repr=False)

    @property
    def actions(self) -> set[str]:
        """Actions some journal was told of."""
        return {action for unit in self.units for _, action, _ in unit.rows}


_RUNNING: ContextVar[Unit | None] = ContextVar("unit", default=None)


@contextmanager
def watched() -> Iterator[Census]:
    """Every `App.work` that ends well is counted; what its connections execute is noted."""
    census, real = Census(), App.work

    @asynccontextmanager
    async def work(self: App, *args: Any, **kwargs: Any) -> Any:
        unit = Unit()
        token = _RUNNING.set(unit)
        try:
            async with real(self, *args, **kwargs) as opened:
                yield opened
        finally:
            _reset(token)
        census.units.append(unit)

    App.work = work  # type: ignore[method-assign]
    event.listen(Engine, "after_cursor_execute", _note)
    try:
        yield census
    finally:
        event.remove(Engine, "after_cursor_execute", _note)
        App.work = real  # type: ignore[method-assign]


@contextmanager
def by_hand() -> Iterator[None]:
    """What a test itself writes past the use cases is not counted."""
    token = _RUNNING.set(None)
    yield
    _RUNNING.reset(token)


def _reset(token: Any) -> None:
    with suppress(ValueError):  # closed from another task: its context ends by itself
        _RUNNING.reset(token)


def _bureau(conn: Any) -> str:
    scope: Scope | None = conn.info.get(ENTERED)
    return scope.bureau if scope else ""


def _note(conn: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
    """What a connection writes, in the bureau of the scope it is in."""
    given = getattr(context, "compiled_parameters", None) or [{}]
    unit, found = _RUNNING.get(), WRITE.match(statement)
    if unit is None or found is None:
        return
    verb, table, bureau = found[1].lower(), found[2].lower(), _bureau(conn)
    if table == "journal":
        unit.rows += [(bureau, told.get("action", ""), told.get("before")) for told in given]
    elif table in OF_BUREAU and cursor.rowcount != 0:
        unit.writes.setdefault((bureau, table), set()).add(verb)
