"""How many results of the year have to be public: `publish.share`. Basis: 环办执法〔2021〕18号."""

from dataclasses import dataclass

from policies.rulebook.rates import ceil
from policies.rulebook.rules import Rules, Value


@dataclass(frozen=True, slots=True)
class Publicity:
    """Results of random checks whose last day has passed.

    Attributes:
        due: how many there are. published: how many of them are public.
        owed: how many have to be, rounded up. rule: the value that says so.
    """

    due: int
    published: int
    owed: int
    rule: Value

    @property
    def short(self) -> int:
        """How many are missing."""
        return max(0, self.owed - self.published)


def publicity(rules: Rules, due: int, published: int) -> Publicity | None:
    """The account of a year; None where nothing is due or no text sets a share."""
    rule = rules.get("publish.share")
    if rule is None or not due:
        return None
    return Publicity(due, published, ceil(rule.value * due), rule)
