"""How many visits a ratio asks for: staff × N, pool ÷ N, share, census, number, larger or smaller of several.

Exact integers and fractions only; every division rounds up, so a minimum is never undercut by rounding.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

Base = Literal["staff", "pool", "share", "census", "number", "larger", "smaller"]
Per = Literal["quarter", "year"]


def ceil(value: Fraction) -> int:
    """Smallest integer not below `value`."""
    return -(-value.numerator // value.denominator)


@dataclass(frozen=True, slots=True)
class Rate:
    """A ratio of one class.

    Attributes:
        base: staff (times × staff), pool (class ÷ by), share, census, number, or larger/smaller of `of`.
        per: quarter or year: the span in which `number` visits are due.
        amount: times, by, share or number, exact; 0 for census, larger and smaller.
        most: upper end of a range of shares, e.g. 3/20; None when only a floor is set.
        of: parts of larger/smaller.
    """

    base: Base
    per: Per
    amount: Fraction = Fraction(0)
    most: Fraction | None = None
    of: tuple["Rate", ...] = ()

    def number(self, pool: int, staff: int) -> int:
        """Visits due per `per` for a class of `pool` sites and `staff` officers; never above the pool."""
        return min(pool, self._asked(pool, staff))

    def _asked(self, pool: int, staff: int) -> int:
        if self.base == "census":
            return pool
        if self.base == "staff":
            return ceil(self.amount * staff)
        if self.base == "pool":
            return ceil(pool / self.amount)
        if self.base == "share":
            return ceil(self.amount * pool)
        if self.base == "number":
            return int(self.amount)
        choose = max if self.base == "larger" else min
        return choose(part._asked(pool, staff) for part in self.of)

    def asked(self, pool: int, staff: int) -> int:
        """Visits the text asks for before the pool limits them (家次)."""
        return self._asked(pool, staff)

    def ceiling(self, pool: int) -> int | None:
        """Most visits a range allows for `pool` sites; None without an upper end."""
        if self.most is None:
            return None
        top = self.most * pool
        return top.numerator // top.denominator

    def stricter_than(self, other: "Rate") -> bool | None:
        """True if this asks for more than `other` whatever the counts; None when that depends on them."""
        if self.per != other.per:
            return None
        mine, theirs = self._share(), other._share()
        if mine is not None and theirs is not None:
            return mine > theirs
        if self.base != other.base or self.base in ("larger", "smaller", "pool"):
            return None
        return self.amount > other.amount

    def _share(self) -> Fraction | None:
        if self.base == "census":
            return Fraction(1)
        if self.base == "share":
            return self.amount
        return 1 / self.amount if self.base == "pool" else None

    def words(self) -> str:
        """The ratio in Chinese, e.g. "每季度 25%" or "每年 人员数×10"."""
        span = "每季度" if self.per == "quarter" else "每年"
        return f"{span} {self._words()}"

    def _words(self) -> str:
        plain = {"staff": f"人员数×{self.amount}", "pool": f"单位数÷{self.amount}", "census": "全部"}
        if self.base in plain:
            return plain[self.base]
        if self.base == "number":
            return f"{self.amount} 家次"
        if self.base == "share":
            return percent(self.amount) + (f"—{percent(self.most)}" if self.most is not None else "")
        joiner = "与" if self.base == "larger" else "或"
        return joiner.join(p._words() for p in self.of) + ("取大" if self.base == "larger" else "取小")

    def plain(self) -> dict[str, object]:
        """The same form as in a law file; strings, integers and lists only."""
        names = {"staff": "times", "pool": "by", "share": "value", "number": "value"}
        found: dict[str, object] = {"base": self.base, "per": self.per}
        if self.base in names:
            whole = self.amount.denominator == 1 and self.base != "share"
            found[names[self.base]] = int(self.amount) if whole else str(self.amount)
        if self.most is not None:
            found["most"] = str(self.most)
        if self.of:
            found["of"] = [{k: v for k, v in p.plain().items() if k != "per"} for p in self.of]
        return found


def percent(value: Fraction) -> str:
    """ "20%" when that is exact to one decimal, else the fraction."""
    tenths = value * 1000
    if tenths.denominator != 1:
        return str(value)
    whole, rest = divmod(tenths.numerator, 10)
    return f"{whole}.{rest}%" if rest else f"{whole}%"
