"""How many visits a ratio asks for; what its base means stands in `bases`, one file each.

Exact integers and fractions only; every division rounds up, so a minimum is never undercut by rounding.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from policies.rulebook.bases import BASES, Language
from policies.rulebook.bases.base import Base, ceil, percent

__all__ = ["Per", "Rate", "ceil", "percent"]

Per = Literal["month", "quarter", "year"]
_SPANS = {
    "zh": {"month": "每月", "quarter": "每季度", "year": "每年"},
    "en": {"month": "a month", "quarter": "a quarter", "year": "a year"},
}
_MONTHS, _QUARTERS = 3, 4  # lists are drawn by quarter: three months make one, four of them the year


@dataclass(frozen=True, slots=True)
class Rate:
    """A ratio of one class.

    Attributes:
        base: name in `bases.BASES`, e.g. staff (amount × staff) or share (amount × class).
        per: the span its text names. A month's visits are rounded up, and three months make a quarter, since
            lists are drawn by quarter; so `asked` and `number` are of a quarter, or of the year.
        amount: the first number its base states, exact; 0 for a base that states none.
        most: upper end of a range of shares, e.g. 3/20; None when only a floor is set.
        of: parts, for a base made of others; under `per: year` a part may have a shorter span of its own.
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
        """Visits due in a quarter, or the year, of `pool` sites by `staff` officers; never above the pool."""
        return min(pool, self.asked(pool, staff))

    def asked(self, pool: int, staff: int) -> int:
        """Visits the text asks for in a quarter, or the year, before the pool limits them (家次)."""
        asked = self.kind.asked(self, pool, staff)
        return asked * _MONTHS if self.per == "month" and not self.of else asked

    def over(self, per: str, pool: int, staff: int) -> int:
        """Visits in the span of a whole it is a part of: of a year where that is longer than its own."""
        asked = self.asked(pool, staff)
        return _QUARTERS * min(pool, asked) if per == "year" != self.per else asked

    def decided(self, pool: int, staff: int) -> "Rate":
        """The ratio that decides for these counts: itself, or of several the one that makes most, or least.

        Its span says how the year is spread: a quarterly part binds every quarter.
        """
        return self.of[self.kind.which(self, pool, staff)].decided(pool, staff) if self.of else self

    def ceiling(self, pool: int) -> int | None:
        """Most visits a range allows for `pool` sites; None without an upper end."""
        if self.most is None:
            return None
        top = self.most * pool * (_MONTHS if self.per == "month" else 1)
        return top.numerator // top.denominator

    def member(self, name: str) -> Fraction:
        """A number it states, by the name in law files; raises `KeyError` for a name its base has not."""
        return self._numbers()[name]

    def _numbers(self) -> dict[str, Fraction]:
        named = [m.name for m in self.kind.members if m.kind != "parts" and m.name != "most"]
        found = dict(zip(named, (self.amount,), strict=False)) | dict(self.more)
        return found | ({"most": self.most} if self.most is not None else {})

    def share(self) -> Fraction | None:
        """The part of the class a quarter, or the year, takes at least; None where counts decide."""
        measure = self.kind.measure(self)
        if measure is None or measure[0] != "sites":
            return None
        return min(Fraction(1), measure[1] * _MONTHS) if self.per == "month" else measure[1]

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
                found[member.name] = [self._plain_part(part) for part in self.of]
            elif member.name in numbers:
                value = numbers[member.name]
                found[member.name] = int(value) if member.kind == "integer" else str(value)
        return found

    def _plain_part(self, part: "Rate") -> dict[str, object]:
        """A part says its span only where it is not that of the whole."""
        return {k: v for k, v in part.plain().items() if k != "per" or v != self.per}
