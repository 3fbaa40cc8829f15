"""Visited enough? The yearly cap of visits per site, over every kind of visit."""

from collections.abc import Mapping
from dataclasses import dataclass

from policies.rulebook.rules import Rules, RuleWarning, Value
from policies.terms import Basis, Mark

DRAWN = "random"  # the kind of visit that a draw chose
UNLIMITED = "none"  # cap.visits of a bureau that sets no cap
_UNCONFIRMED = (Mark.DEFAULT, Mark.UNVERIFIED)


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
        binding: sites that reached it leave the draw. A limit that is only our reading of other places, which
            no text of the bureau states and the bureau has not chosen, binds nobody: it is only reported.
    """

    limit: int
    counts: frozenset[str]
    special_exempt: bool
    basis: Basis
    undecided: bool = False
    binding: bool = True

    def counted(self, visits: Mapping[str, int]) -> int:
        """Visits of a site that count toward the cap, from its ledger {type: number}."""
        return sum(n for kind, n in visits.items() if kind in self.counts)

    def reached(self, visits: int, special: bool = False) -> bool:
        """True when `visits` counted visits keep a site out of the draw."""
        return self.binding and self.full(visits) and not (special and self.special_exempt)

    def full(self, visits: int) -> bool:
        """True when `visits` counted visits leave no room for another, binding or not."""
        return visits >= self.limit

    def room(self, visits: int) -> int:
        """Visits still possible this year."""
        return max(0, self.limit - visits)


def cap_of(rules: Rules) -> Cap | None:
    """The cap in force, or None where none is set or it is "none". Basis: 国办发〔2024〕54号."""
    limit = rules.get("cap.visits")
    if limit is None or limit.value == UNLIMITED:
        return None
    special = rules.get("cap.special")
    choice = special.value if special is not None else "undecided"
    return Cap(
        limit.value,
        counting(rules),
        choice != "counts",
        limit.basis,
        choice == "undecided",
        limit.origin != "law" or limit.basis.mark not in _UNCONFIRMED,
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


def cap_warnings(rules: Rules, special: int, others: int) -> tuple[RuleWarning, ...]:
    """What a freeze has to say about the cap.

    Args:
        special: special sites that have had as many visits as the cap allows.
        others: key and general sites that have.
    """
    cap = cap_of(rules)
    if cap is None:
        return ()
    found = [*contradiction(rules), *([_undecided(rules, cap, special)] if cap.undecided and special else [])]
    if others and not cap.binding:
        found.append(_unconfirmed(cap, others))
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
        f"{count} 家今年已满 {cap.limit} 次检查。该上限（{cap.basis.cite()}）取自外地做法，本单位尚未确认，"
        "因此不停抽，仍列入抽取；请单位决定（cap.visits：次数，或 none 不设上限）。",
        f"{count} sites have had {cap.limit} visits this year. That cap ({cap.basis.cite()}) is taken from "
        "elsewhere and not confirmed by the bureau, so they stay in the draw: decide cap.visits (a "
        "number, or none for no cap).",
        (cap.basis,),
        decide=True,
    )
