"""Visited enough? The yearly cap of visits per site, over every kind of visit."""

from collections.abc import Mapping
from dataclasses import dataclass

from .rules import Rules
from .terms import Basis


@dataclass(frozen=True, slots=True)
class Cap:
    """The cap of a bureau.

    Attributes:
        limit: visits a year.
        counts: visit types that count; every other type enters the ledger without counting.
        special_exempt: special sites may be drawn beyond the cap.
        basis: where the limit comes from.
    """

    limit: int
    counts: frozenset[str]
    special_exempt: bool
    basis: Basis

    def counted(self, visits: Mapping[str, int]) -> int:
        """Visits of a site that count toward the cap, from its ledger {type: number}."""
        return sum(n for kind, n in visits.items() if kind in self.counts)

    def reached(self, visits: int, special: bool = False) -> bool:
        """True when `visits` counted visits leave no room for another."""
        return visits >= self.limit and not (special and self.special_exempt)

    def room(self, visits: int) -> int:
        """Visits still possible this year."""
        return max(0, self.limit - visits)


def cap_of(rules: Rules) -> Cap | None:
    """The cap in force, or None where no text or choice sets one. Basis: DOMAIN §2 (国办发〔2024〕54号)."""
    limit = rules.get("cap.visits")
    if limit is None:
        return None
    counts, special = rules.get("cap.counts"), rules.get("cap.special")
    return Cap(
        limit.value,
        frozenset(counts.value if counts else ("random", "special")),
        special is not None and special.value == "exempt",
        limit.basis,
    )
