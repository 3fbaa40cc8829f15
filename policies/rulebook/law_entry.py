"""One dated value of the law tree, and that two of them never hold at once."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from policies.errors import Place
from policies.rulebook.law_errors import OverlappingDates
from policies.rulebook.law_values import Parsed
from policies.terms import Basis

ROUTINE = "routine-source"  # the item every bureau has; Basis: obligations 4–6
# What says how many sites of an item are drawn. A text that names no item speaks of the routine supervision:
# a ratio of building projects is neither filled in from it nor measured against it. Basis: obligations 13–17.
_RATIOS = ("rate.key", "rate.general", "rate.special", "special.above")


def item_of(key: str, item: str) -> str:
    """The item a row speaks about: what it names, else the routine one for ratios, and "" (all) otherwise."""
    ratio = key in _RATIOS or key.startswith("coverage.")
    return item or (ROUTINE if ratio else "")


@dataclass(frozen=True, slots=True)
class Scope:
    """To what a value is narrowed; empty means to everything.

    Attributes:
        level: county, city or province: the level of bureau that the clause binds.
        item: 抽查事项, e.g. "routine-source"; for ratios and coverage see `item_of`.
        subject: division code of the district whose roster is drawn from (overlay).
    """

    level: str = ""
    item: str = ""
    subject: str = ""

    def covers(self, level: str, item: str, subject: str) -> bool:
        """True when a value of this scope speaks about such a draw."""
        return self.level in ("", level) and self.item in ("", item) and self.subject in ("", subject)

    @property
    def narrowness(self) -> int:
        """How many ways it is narrowed; the narrowest value of a place wins."""
        return sum(1 for part in (self.level, self.item, self.subject) if part)


@dataclass(frozen=True, slots=True)
class Entry:
    """One dated value of a law file.

    Attributes:
        key: name in `law_keys.KEYS`.
        value: typed value.
        basis: citation; its `sentence` is verbatim and present only for mark quoted.
        scope: to what it is narrowed.
        until: last day, or None: until a newer value takes over.
        note: how an open text is read, for people.
        open_text: the verbatim sentence that a default reads, when there is one.
        factors: the six factors beside a chosen ratio; empty in law files.
        where: file and line.
    """

    key: str
    value: Parsed
    basis: Basis
    scope: Scope
    until: date | None
    note: str
    open_text: str
    factors: Mapping[str, str]
    where: Place

    def speaks_of(self, asked: Scope) -> bool:
        """True when the value is about such a draw."""
        bound = replace(self.scope, item=item_of(self.key, self.scope.item))
        return bound.covers(asked.level, asked.item, asked.subject)

    def holds(self, on: date) -> bool:
        """True when the value is in force on that day, newer values aside."""
        return self.basis.effective <= on and (self.until is None or on <= self.until)


def check_dates(entries: tuple[Entry, ...]) -> None:
    """Refuse two values of one key and scope that hold on the same day.

    A newer value ends the older by itself; only equal first days, or an `until` that reaches into the next
    value's time, contradict each other.
    """
    groups: dict[tuple[str, Scope], list[Entry]] = {}
    for entry in entries:
        groups.setdefault((entry.key, entry.scope), []).append(entry)
    for group in groups.values():
        ordered = sorted(group, key=lambda e: e.basis.effective)
        for old, new in pairwise(ordered):
            if old.basis.effective == new.basis.effective or (old.until and old.until >= new.basis.effective):
                raise OverlappingDates(
                    f"{old.basis.effective} / {new.basis.effective}",
                    where=new.where,
                    key=new.key,
                    other=f"{old.where.line}（{old.where.file}）",
                )
