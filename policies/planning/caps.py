"""Visited enough? The yearly cap of visits per site, over every kind of visit."""

from collections.abc import Mapping
from dataclasses import dataclass

from policies.rulebook.rules import Rules, RuleWarning, Value
from policies.terms import Basis, Mark

DRAWN = "random"  # the kind of visit that a draw chose


@dataclass(frozen=True, slots=True)
class Cap:
    """The cap of a bureau.

    Attributes:
        limit: visits a year.
        counts: visit types that count; every other type enters the ledger without counting.
        special_exempt: special sites may be drawn beyond the cap. As long as the bureau has not decided, they
            may: the text's own minimum of a visit a quarter stands, and the freeze says so.
        undecided: the bureau has not decided whether special sites count.
        basis: where the limit comes from.
    """

    limit: int
    counts: frozenset[str]
    special_exempt: bool
    basis: Basis
    undecided: bool = False

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
    """The cap in force, or None where no text or choice sets one. Basis: 国办发〔2024〕54号."""
    limit = rules.get("cap.visits")
    if limit is None:
        return None
    special = rules.get("cap.special")
    choice = special.value if special is not None else "undecided"
    return Cap(
        limit.value,
        counting(rules),
        choice != "counts",
        limit.basis,
        choice == "undecided",
    )


def counting(rules: Rules) -> frozenset[str]:
    """Visit types that count toward the cap: those of `cap.counts` that `cap.exempt` does not free.

    A type named in both counts only where the bureau itself named it as counting and the exemption is the
    law tree's; otherwise the exemption holds, and `contradiction` says so.
    """
    counts, exempt = rules.get("cap.counts"), rules.get("cap.exempt")
    if counts is None:
        return frozenset()
    freed = set(exempt.value) if exempt is not None and not _nearer(counts, exempt) else set()
    return frozenset(counts.value) - freed


def _nearer(one: Value, other: Value) -> bool:
    return one.origin != "law" and other.origin == "law"


def contradiction(rules: Rules) -> tuple[RuleWarning, ...]:
    """Visit types that both count toward the cap and are exempt from it, by values of the same standing."""
    counts, exempt = rules.get("cap.counts"), rules.get("cap.exempt")
    if counts is None or exempt is None or _nearer(counts, exempt):
        return ()
    both = [kind for kind in counts.value if kind in exempt.value]
    if not both:
        return ()
    named = "、".join(both)
    return (
        RuleWarning(
            "cap_counts_and_exempt",
            f"检查类型 {named} 既列为计入上限（{counts.basis.cite()}），"
            f"又列为不计入（{exempt.basis.cite()}）；"
            "按不计入处理，请单位改正其一（cap.counts、cap.exempt）。",
            f"Visits of type {named} are named both as counting toward the cap ({counts.basis.cite()}) and "
            f"as exempt ({exempt.basis.cite()}); they are not counted. Correct cap.counts or cap.exempt.",
            (counts.basis, exempt.basis),
            decide=True,
        ),
    )


def cap_warnings(rules: Rules, special: int, capped: int) -> tuple[RuleWarning, ...]:
    """What a freeze has to say about the cap.

    Args:
        special: special sites that have had as many visits as the cap allows.
        capped: sites left out of the draw by the cap.
    """
    cap = cap_of(rules)
    if cap is None:
        return ()
    found = [*contradiction(rules), *([_undecided(rules, cap, special)] if cap.undecided and special else [])]
    if capped and cap.basis.mark is Mark.DEFAULT:
        found.append(_unconfirmed(cap, capped))
    return tuple(found)


def _undecided(rules: Rules, cap: Cap, count: int) -> RuleWarning:
    clauses = (rules.get("rate.special"), rules.get("cap.special"))
    return RuleWarning(
        "special_at_cap",
        f"{count} 家特殊监管对象今年已满 {cap.limit} 次检查，是否计入上限尚未决定："
        "仍按文件规定的次数列入抽取，请单位决定（cap.special：exempt 或 counts）。",
        f"{count} special sites have had {cap.limit} visits this year; whether they count toward the cap is "
        "undecided. They stay drawable by the text's own minimum: decide cap.special (exempt or counts).",
        tuple(clause.basis for clause in clauses if clause is not None),
        decide=True,
    )


def _unconfirmed(cap: Cap, count: int) -> RuleWarning:
    return RuleWarning(
        "cap_unconfirmed",
        f"{count} 家因每年 {cap.limit} 次的上限未列入抽取；该次数是默认读法，取自外地做法，本单位尚未确认。",
        f"{count} sites are left out by the cap of {cap.limit} visits a year, a default taken from elsewhere "
        "that the bureau has not confirmed.",
        (cap.basis,),
        decide=True,
    )
