"""Reads whose words are made once: to build, look up and wrap a statement takes longer than to answer it.

The words still come from the tables and from the stores' own predicates, so the second layer is in them as
in every other read; they are made anew when a predicate is exchanged (the proof does that).
"""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Select, bindparam
from sqlalchemy.dialects.postgresql import asyncpg
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.driver import driver, told_alike
from tenants.scope import Scope

ANYONE = Scope.own("anyone", "anyone")  # stands for the asking scope while the words are made
_DIALECT: Any = asyncpg.dialect()  # type: ignore[no-untyped-call]
_PREDICATES = ("within", "own")


def given(name: str) -> Any:
    """Stands for a value that comes with each call."""
    return bindparam(name)


class Ready:
    """One statement, asked again and again with other values.

    Args:
        make: builds it, in the store's own module; `ANYONE` and `given` stand for what comes later.
    """

    def __init__(self, make: Callable[[], Select[Any]]) -> None:
        self._make = make
        self._made: dict[Any, tuple[str, tuple[tuple[str, str], ...]]] = {}

    async def rows(self, db: AsyncConnection, scope: Scope, **values: Any) -> list[Any]:
        """Every row, as a mapping by column; values as the driver gives them (lists for arrays)."""
        words, takes = self._words()
        asked = [
            values[name] if kind == "given" else list(scope.visible) if kind == "visible" else scope.bureau
            for kind, name in takes
        ]
        raw = await driver(db)
        with told_alike(raw):
            return list(await raw.fetch(words, *asked))

    async def row(self, db: AsyncConnection, scope: Scope, **values: Any) -> Any:
        """The first row, or None."""
        return next(iter(await self.rows(db, scope, **values)), None)

    def _words(self) -> tuple[str, tuple[tuple[str, str], ...]]:
        """The statement's text, and what its numbered places take, in order."""
        names: Any = getattr(self._make, "__globals__", {})
        key = tuple(names.get(name) for name in _PREDICATES)
        if key not in self._made:
            compiled: Any = self._make().compile(dialect=_DIALECT)
            bound = compiled.params
            self._made[key] = (
                str(compiled),
                tuple((_kind(bound[name]), name) for name in compiled.positiontup or ()),
            )
        return self._made[key]


def _kind(value: object) -> str:
    if value == list(ANYONE.visible):
        return "visible"
    return "bureau" if value == ANYONE.bureau else "given"
