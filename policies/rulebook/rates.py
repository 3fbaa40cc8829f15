"""How many visits a ratio asks for; what its base means stands in `bases`, one file each.

Exact integers and fractions only; every division rounds up, so a minimum is never undercut by rounding.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from policies.rulebook.bases import BASES, Language
from policies.rulebook.bases.base import Base, ceil, percent

__all__ = ["Per", "Rate", "ceil", "percent"]

Per = Literal["quarter", "year"]
_SPANS = {"zh": {"quarter": "每季度", "year": "每年"}, "en": {"quarter": "a quarter", "year": "a year"}}


@dataclass(frozen=True, slots=True)
class Rate:
    """A ratio of one class.

    Attributes:
        base: name in `bases.BASES`, e.g. staff (amount × staff) or share (amount × class).
        per: quarter or year: the span in which `number` visits are due.
        amount: the first number its base states, exact; 0 for a base that states none.
        most: upper end of a range of shares, e.g. 3/20; None when only a floor is set.
        of: parts, for a base made of others.
        more: further numbers of its base, by name.
    """

    base: str
    per: Per
    amount: Fraction = Fraction(0)
    most: Fraction | None = None
    of: tuple["Rate", ...] = ()
    more: tuple[tuple[str, Fraction], ...] = ()

    @property
    def kind(self) -> Base:
        """What its base means."""
        return BASES[self.base]

    def number(self, pool: int, staff: int) -> int:
        """Visits due per `per` for a class of `pool` sites and `staff` officers; never above the pool."""
        return min(pool, self.asked(pool, staff))

    def asked(self, pool: int, staff: int) -> int:
        """Visits the text asks for before the pool limits them (家次)."""
        return self.kind.asked(self, pool, staff)

    def ceiling(self, pool: int) -> int | None:
        """Most visits a range allows for `pool` sites; None without an upper end."""
        if self.most is None:
            return None
        top = self.most * pool
        return top.numerator // top.denominator

    def member(self, name: str) -> Fraction:
        """A number it states, by the name in law files; raises `KeyError` for a name its base has not."""
        return self._numbers()[name]

    def _numbers(self) -> dict[str, Fraction]:
        named = [m.name for m in self.kind.members if m.kind != "parts" and m.name != "most"]
        found = dict(zip(named, (self.amount,), strict=False)) | dict(self.more)
        return found | ({"most": self.most} if self.most is not None else {})

    def share(self) -> Fraction | None:
        """The part of the class it asks for whatever the counts; None where counts decide."""
        measure = self.kind.measure(self)
        return measure[1] if measure is not None and measure[0] == "sites" else None

    @property
    def proportional(self) -> bool:
        """True when any part of the class gets its own share by the same formula."""
        return self.kind.proportional

    def counts_staff(self) -> bool:
        """True when the officers decide the number."""
        return self.kind.counts_staff(self)

    def stricter_than(self, other: "Rate") -> bool | None:
        """True if this asks for more than `other` whatever the counts; None when that depends on them."""
        if self.per != other.per:
            return None
        mine, theirs = self.kind.measure(self), other.kind.measure(other)
        if mine is None or theirs is None or mine[0] != theirs[0]:
            return None
        return mine[1] > theirs[1]

    def words(self, language: Language = "zh") -> str:
        """The ratio for people, e.g. "每季度 25%", "每年 人员数×10" or "25% a quarter"."""
        span = _SPANS[language][self.per]
        return f"{span} {self.said(language)}" if language == "zh" else f"{self.said(language)} {span}"

    def said(self, language: Language) -> str:
        """The ratio without its span."""
        return self.kind.words(self, language)

    def plain(self) -> dict[str, object]:
        """The same form as in a law file; strings, integers and lists only."""
        found: dict[str, object] = {"base": self.base, "per": self.per}
        numbers = self._numbers()
        for member in self.kind.members:
            if member.kind == "parts":
                found[member.name] = [{k: v for k, v in p.plain().items() if k != "per"} for p in self.of]
            elif member.name in numbers:
                value = numbers[member.name]
                found[member.name] = int(value) if member.kind == "integer" else str(value)
        return found
