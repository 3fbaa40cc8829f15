"""The rules of one bureau on one day: every value with its citation, and what to warn about."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any, TypeVar

from policies.rulebook.law_entry import ROUTINE
from policies.rulebook.law_keys import KEYS
from policies.rulebook.law_values import Parsed, Window
from policies.rulebook.rates import Rate
from policies.rulebook.rule_errors import NoRule
from policies.rulebook.rule_values import RuleWarning, Value, basis_dict

__all__ = ["RuleWarning", "Rules", "Value", "basis_dict"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Rules:
    """All values in force for a bureau.

    Attributes:
        path: jurisdictions from "CN" to the bureau.
        on: the day.
        level: county, city or province.
        item, subject: what the rules were asked for.
        values: key → value in force (own choice before own text before inherited).
        own: key → the text nearest to the bureau, choices aside.
        floors: key → texts of parents for the same key, nearest first.
        warnings: undercut floors and the like.
    """

    path: tuple[str, ...]
    on: date
    level: str
    item: str
    subject: str
    values: Mapping[str, Value]
    own: Mapping[str, Value]
    floors: Mapping[str, tuple[Value, ...]]
    warnings: tuple[RuleWarning, ...] = ()

    @property
    def bureau(self) -> str:
        """Division code of the bureau."""
        return self.path[-1]

    def value(self, key: str) -> Value:
        """The value in force; raises `NoRule` when nothing states it."""
        found = self.values.get(key)
        if found is None:
            named = key if self.item in ("", ROUTINE) else f"{key}（item: {self.item}）"
            raise NoRule(key, key=named, bureau=self.bureau, on=self.on.isoformat())
        return found

    def get(self, key: str) -> Value | None:
        """The value in force, or None."""
        return self.values.get(key)

    def integer(self, key: str) -> int:
        """An integer value."""
        return self._typed(key, int)

    def text(self, key: str) -> str:
        """A text, choice or month-day value."""
        return self._typed(key, str)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts."""
        return self._typed(key, tuple)

    def pairs(self, key: str) -> Mapping[str, str]:
        """A mapping of code to name."""
        return dict(self.value(key).value)

    def fraction(self, key: str) -> Fraction:
        """An exact fraction."""
        return self._typed(key, Fraction)

    def rate(self, key: str) -> Rate:
        """A ratio."""
        return self._typed(key, Rate)

    def window(self) -> Window:
        """When lists are drawn."""
        return self._typed("draw.window", Window)

    def _typed(self, key: str, kind: type[T]) -> T:
        found: Parsed = self.value(key).value
        if not isinstance(found, kind):
            raise TypeError(f"{key} is {KEYS[key].form}")
        return found

    def as_dict(self) -> dict[str, Any]:
        """JSON form: every value with its citation, sorted by key, and the warnings."""
        return {
            "bureau": self.bureau,
            "path": list(self.path),
            "on": self.on.isoformat(),
            "level": self.level,
            "values": [self.values[k].as_dict() for k in sorted(self.values)],
            "floors": {k: [v.as_dict() for v in self.floors[k]] for k in sorted(self.floors)},
            "warnings": [w.as_dict() for w in self.warnings],
        }
