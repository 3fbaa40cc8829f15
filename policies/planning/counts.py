"""How many sites a plan is made for."""

from dataclasses import dataclass

from policies.rulebook.rule_errors import BadCounts


@dataclass(frozen=True, slots=True)
class Counts:
    """Sites by disjoint stratum as of a day.

    Attributes:
        key: key sites that are not special.
        general: general sites that are not special.
        special: all special sites.
        key_special: how many of the special sites are also key; at most `special`.
    """

    key: int
    general: int
    special: int
    key_special: int = 0

    def __post_init__(self) -> None:
        if min(self.key, self.general, self.special, self.key_special) < 0:
            raise BadCounts(str(self), expected="单位数不小于 0")
        if self.key_special > self.special:
            raise BadCounts(str(self), expected="既重点又特殊的单位数不多于特殊监管对象数")

    def of(self, stratum: str) -> int:
        """Size of one stratum."""
        return {"key": self.key, "general": self.general, "special": self.special}[stratum]

    @property
    def total(self) -> int:
        """All sites."""
        return self.key + self.general + self.special
