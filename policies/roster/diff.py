"""Difference between the roster kept and a file's. A site missing from the file is told, never removed."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Generic, TypeVar

from policies.terms import Officer, Site

T = TypeVar("T", Site, Officer)


@dataclass(frozen=True, slots=True)
class Change(Generic[T]):
    """One value that differs. `fields` maps a field name to (kept, in the file)."""

    key: str
    before: T
    after: T
    fields: Mapping[str, tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class RosterDiff(Generic[T]):
    """What the file adds, changes and leaves; `missing` stand in no row of it, and stay as they are."""

    added: tuple[T, ...]
    changed: tuple[Change[T], ...]
    unchanged: tuple[T, ...]
    missing: tuple[T, ...]

    @property
    def empty(self) -> bool:
        """True when importing would change nothing."""
        return not (self.added or self.changed)

    def counts(self) -> dict[str, int]:
        """{added, changed, unchanged, missing}."""
        names = ("added", "changed", "unchanged", "missing")
        return {name: len(getattr(self, name)) for name in names}


def _difference(before: T, after: T, ignore: frozenset[str]) -> dict[str, tuple[Any, Any]]:
    names = (f.name for f in fields(before) if f.name not in ignore)
    pairs = ((n, getattr(before, n), getattr(after, n)) for n in names)
    return {n: (a, b) for n, a, b in pairs if a != b}


def _diff(
    present: Iterable[T], incoming: Iterable[T], key: Callable[[T], str], ignore: frozenset[str]
) -> RosterDiff[T]:
    kept = {key(v): v for v in present}
    added: list[T] = []
    changed: list[Change[T]] = []
    unchanged: list[T] = []
    seen: set[str] = set()
    for value in incoming:
        code = key(value)
        seen.add(code)
        before = kept.get(code)
        if before is None:
            added.append(value)
        elif names := _difference(before, value, ignore):
            changed.append(Change(code, before, value, names))
        else:
            unchanged.append(before)
    missing = tuple(v for code, v in kept.items() if code not in seen)
    return RosterDiff(tuple(added), tuple(changed), tuple(unchanged), missing)


def diff_sites(
    present: Iterable[Site], incoming: Iterable[Site], ignore: frozenset[str] = frozenset()
) -> RosterDiff[Site]:
    """Compare by site code.

    Args:
        present: the roster as kept.
        incoming: accepted rows of the file, codes unique.
        ignore: field names not compared, e.g. {"visits_this_year"} once the cap ledger counts by itself.
    """
    return _diff(present, incoming, lambda s: s.code, ignore)


def diff_officers(
    present: Iterable[Officer], incoming: Iterable[Officer], ignore: frozenset[str] = frozenset()
) -> RosterDiff[Officer]:
    """Compare by certificate number; arguments as for `diff_sites`."""
    return _diff(present, incoming, lambda o: o.certificate, ignore)
