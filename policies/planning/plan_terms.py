"""What a yearly plan is made of."""

from dataclasses import dataclass
from typing import Any

from policies.planning.counts import Counts
from policies.rulebook.rules import RuleWarning, Value, basis_dict
from policies.terms import Basis, Stratum

__all__ = ["STRATA", "Counts", "PlanLine", "YearPlan"]

STRATA = (Stratum.SPECIAL, Stratum.KEY, Stratum.GENERAL)


@dataclass(frozen=True, slots=True)
class PlanLine:
    """Visits of one stratum in one quarter.

    Attributes:
        stratum: key, general or special.
        quarter: 1 to 4.
        number: visits planned (家次).
        minimum: fewest visits lawful under the rule, before coverage and raising.
        basis: the rule the minimum follows from.
        why: one sentence in Chinese on how the number comes about.
        rule: the value of the rule, for the record of the draw.
        again: how many of `number` are second visits of the year by the bureau's repeat share.
        repeats: a site visited in an earlier quarter is still among those drawn from.
    """

    stratum: str
    quarter: int
    number: int
    minimum: int
    basis: Basis
    why: str
    rule: Value
    again: int = 0
    repeats: bool = False

    @property
    def first(self) -> int:
        """Visits of the first round: `number` without the repeat share."""
        return self.number - self.again

    def as_dict(self) -> dict[str, Any]:
        """JSON form."""
        return {
            "stratum": self.stratum,
            "quarter": self.quarter,
            "number": self.number,
            "minimum": self.minimum,
            "again": self.again,
            "repeats": self.repeats,
            "basis": basis_dict(self.basis),
            "cite": self.basis.cite(),
            "why": self.why,
            "rule": self.rule.words(),
            "rule_key": self.rule.key,
            "origin": self.rule.origin,
            "note": self.rule.note,
        }


@dataclass(frozen=True, slots=True)
class YearPlan:
    """The plan of a bureau, or of a city over a district, for a year.

    Attributes:
        bureau, subject: division codes; equal for a routine plan.
        year: calendar year.
        counts: sites planned with.
        staff: officers the ratio counts (在编在岗).
        lines: stratum × quarter, special first, quarters ascending.
        warnings: undercut floors, corrections and conflicts.
    """

    bureau: str
    subject: str
    year: int
    counts: Counts
    staff: int
    lines: tuple[PlanLine, ...]
    warnings: tuple[RuleWarning, ...]

    def line(self, stratum: str, quarter: int) -> PlanLine | None:
        """The line of a stratum in a quarter; None when the rules ask for nothing."""
        return next((x for x in self.lines if x.stratum == stratum and x.quarter == quarter), None)

    def total(self, stratum: str | None = None) -> int:
        """Visits of the year, of one stratum or of all."""
        return sum(x.number for x in self.lines if stratum in (None, x.stratum))

    def as_dict(self) -> dict[str, Any]:
        """JSON form; integers and strings only."""
        return {
            "bureau": self.bureau,
            "subject": self.subject,
            "year": self.year,
            "counts": {
                "key": self.counts.key,
                "general": self.counts.general,
                "special": self.counts.special,
                "key_special": self.counts.key_special,
            },
            "staff": self.staff,
            "lines": [x.as_dict() for x in self.lines],
            "totals": {s.value: self.total(s.value) for s in STRATA} | {"all": self.total()},
            "quarters": [sum(x.number for x in self.lines if x.quarter == q) for q in (1, 2, 3, 4)],
            "warnings": [w.as_dict() for w in self.warnings],
        }
