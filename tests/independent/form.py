"""V1: fields, types, ids and order. A member that is malformed is not used by the later steps."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from .coding import is_date, is_hex, is_id, is_integer, moment, text_order

KINDS = ("routine", "overlay", "audit")


class Form:
    """Collects what is wrong; `usable` tells which members the later steps may use."""

    def __init__(self, bundle: dict[str, Any]) -> None:
        self.problems: list[str] = []
        self.usable: dict[str, Any] = {}
        self.malformed: set[str] = set()
        checks: dict[str, Callable[[Any], bool]] = {
            "manifest": self._manifest,
            "rules": self._rules,
            "list_key": lambda value: is_hex(value, 32),
            "units": self._units,
            "officers": self._officers,
            "bans": self._bans,
            "keys": lambda value: isinstance(value, list) and all(is_hex(k, 32) for k in value),
            "beacon": lambda value: isinstance(value, dict),
            "published": self._published,
            "events": self._events,
            "log": self._log,
        }
        self.problems.extend(f"unknown member {name}" for name in sorted(set(bundle) - set(checks)))
        for name, check in checks.items():
            if name in bundle:
                if check(bundle[name]):
                    self.usable[name] = bundle[name]
                else:
                    self.malformed.add(name)
                    self.problems.append(f"{name} is malformed")

    def _note(self, holds: bool, problem: str) -> None:
        """A fault that fails V1 but leaves the member usable."""
        if not holds:
            self.problems.append(problem)

    def _manifest(self, m: Any) -> bool:
        if not isinstance(m, dict) or not _plain(m):
            return False
        shapes: dict[str, Callable[[Any], bool]] = {
            "v": lambda x: x == "rd1", "suite": lambda x: x in (1, 2),
            "bureau": _text, "subject": _text, "item": _text, "period": _text,
            "kind": lambda x: x in KINDS,
            "draw_no": lambda x: is_integer(x) and x >= 1,
            "prev": _hash, "rules": _hash, "frozen_at": _time, "beacon_at": _time, "reveal_by": is_date,
            "roster": _rooted, "officers": _rooted, "bans": _rooted,
            "strata": _rows(id=is_id, size=_count, least=_count, take=_count),
            "excluded": _rows(reason=is_id, size=_count),
            "team": lambda x: is_integer(x) and x >= 2,
            "crews": _count, "min_candidates": _count, "walk_per_slot": _count,
            "beacon": lambda x: isinstance(x, dict) and isinstance(x.get("kind"), str),
            "commits": _rows(role=_text, c=_hash),
        }  # fmt: skip
        extra = sorted(set(m) - set(shapes))
        self.problems.extend(f"unknown manifest field {name}" for name in extra)
        wrong = [name for name, fits in shapes.items() if name not in m or not fits(m[name])]
        self.problems.extend(f"manifest field {name}" for name in wrong)
        if wrong:
            return False
        strata = [s["id"] for s in m["strata"]]
        reasons = [e["reason"] for e in m["excluded"]]
        self._note(len(set(strata)) == len(strata), "a stratum is listed twice")
        self._note(len(set(reasons)) == len(reasons), "an exclusion is listed twice")
        self._note(not any(s.startswith("-") for s in strata), "a stratum's id begins with -")
        return True

    def _rules(self, rules: Any) -> bool:
        """Only that they are readable; their meaning belongs to V3."""
        return isinstance(rules, dict) and all(isinstance(r, dict) for r in rules.values()) and _safe(rules)

    def _units(self, units: Any) -> bool:
        if not _tuples(units, _text, _text):
            return False
        self._note(all(is_id(u) and is_id(s) and s != "-" for u, s in units), "a unit's id or stratum")
        self._note(_ascending([text_order(u) for u, _ in units]), "units are not strictly ascending")
        return len({u for u, _ in units}) == len(units)

    def _officers(self, officers: Any) -> bool:
        lead: Callable[[Any], bool] = lambda x: is_integer(x) and x in (0, 1)  # noqa: E731
        cap: Callable[[Any], bool] = lambda x: is_integer(x) and 0 <= x < 2**32  # noqa: E731
        if not _tuples(officers, _text, lead, cap):
            return False
        self._note(all(is_id(o) for o, _, _ in officers), "an officer's id")
        self._note(_ascending([text_order(o) for o, _, _ in officers]), "officers are not strictly ascending")
        return len({o for o, _, _ in officers}) == len(officers)

    def _bans(self, bans: Any) -> bool:
        if not _tuples(bans, _text, _text):
            return False
        self._note(all(is_id(o) and is_id(u) for o, u in bans), "an id in bans")
        ordered = _ascending([(text_order(o), text_order(u)) for o, u in bans])
        self._note(ordered, "bans are not strictly ascending")
        return True

    def _published(self, value: Any) -> bool:
        return _fields(value, manifest=_hash, beacon=_hash, root=_hash)

    def _events(self, value: Any) -> bool:
        return _rows(salt=lambda x: is_hex(x, 16), event=lambda x: isinstance(x, dict) and _plain(x))(value)

    def _log(self, value: Any) -> bool:
        if not isinstance(value, dict):
            return False
        inner = {k: v for k, v in value.items() if k != "before"}
        return _log_view(inner) and ("before" not in value or _log_view(value["before"]))


def _text(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value.encode("utf-8")) < 2**16


def _hash(value: Any) -> bool:
    return is_hex(value, 32)


def _count(value: Any) -> bool:
    return is_integer(value) and value >= 0


def _time(value: Any) -> bool:
    try:
        moment(value)
    except ValueError:
        return False
    return True


def _fields(value: Any, **shapes: Callable[[Any], bool]) -> bool:
    """Exactly these fields, each of its shape."""
    return (
        isinstance(value, dict) and set(value) == set(shapes) and all(f(value[k]) for k, f in shapes.items())
    )


def _rows(**shapes: Callable[[Any], bool]) -> Callable[[Any], bool]:
    """A list of objects with exactly these fields."""
    return lambda value: isinstance(value, list) and all(_fields(row, **shapes) for row in value)


def _tuples(value: Any, *shapes: Callable[[Any], bool]) -> bool:
    """A list of lists, position by position of these shapes."""
    return isinstance(value, list) and all(
        isinstance(row, list)
        and len(row) == len(shapes)
        and all(fits(x) for fits, x in zip(shapes, row, strict=True))
        for row in value
    )


def _rooted(value: Any) -> bool:
    return _fields(value, root=_hash, size=_count)


def _log_view(value: Any) -> bool:
    entries = _rows(
        index=_count,
        entry=lambda x: isinstance(x, dict) and _plain(x),
        proof=lambda x: isinstance(x, list) and all(_hash(h) for h in x),
    )
    return _fields(value, checkpoint=lambda x: isinstance(x, str), entries=entries)


def _plain(value: Any) -> bool:
    """Objects, lists, strings and integers only."""
    if isinstance(value, dict):
        return all(_plain(v) for v in value.values())
    if isinstance(value, list):
        return all(_plain(v) for v in value)
    return isinstance(value, str) or is_integer(value)


def _safe(value: Any) -> bool:
    """Any JSON whose integers every implementation reads alike."""
    if isinstance(value, dict):
        return all(_safe(v) for v in value.values())
    if isinstance(value, list):
        return all(_safe(v) for v in value)
    return type(value) is not int or is_integer(value)


def _ascending(keys: list[Any]) -> bool:
    return all(a < b for a, b in pairwise(keys))
