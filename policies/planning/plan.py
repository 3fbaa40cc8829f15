"""The yearly plan: how many visits of each class in each quarter, each number with its rule.

Pure: counts and rules in, plan out. The moves, in order: minimum by rule, special never below the others,
range, class minimum of sites both key and special, coverage of the year, second visits, conflicts.
"""

from collections.abc import Mapping
from fractions import Fraction
from operator import add

from policies.planning.caps import contradiction
from policies.planning.plan_checks import cap_conflict, check_numbers, class_over_cap, no_staff, small_team
from policies.planning.plan_terms import Counts, PlanLine, YearPlan
from policies.planning.plan_words import (
    NAMES,
    Numbers,
    coverage_raised,
    no_special_rate,
    range_missed,
    repeats_told,
    special_raised,
)
from policies.planning.promises import only_once, promise, repeat_share, without_repetition
from policies.planning.shares import apportion, cover, second_round, split
from policies.rulebook.rates import ceil
from policies.rulebook.rule_errors import BadCounts
from policies.rulebook.rules import Rules, RuleWarning, Value

__all__ = ["Counts", "PlanLine", "YearPlan", "make_plan"]


def make_plan(
    rules: Rules,
    counts: Counts,
    staff: int,
    year: int,
    *,
    subject: str = "",
    districts: Mapping[str, int] | None = None,
) -> YearPlan:
    """The plan of a year.

    Args:
        rules: as of the day the plan is made.
        counts: sites by disjoint stratum.
        staff: officers the ratio counts (在编在岗) of the bureau that draws.
        year: calendar year.
        subject: district whose roster is drawn from; default the rules' subject or the bureau itself.
        districts: for a city: general sites of every district, by code; its yearly number is apportioned.

    Returns:
        Four lines a stratum; a stratum without a rule and without sites has none.

    Raises:
        BadCounts: negative numbers. NoRule: sites without a ratio. BelowOwnText: a choice that, with these
        counts, asks for less than the bureau's own text.

    Basis: obligations 13–17 and 7.
    """
    if staff < 0:
        raise BadCounts(str(staff), expected="人员数不小于 0")
    target = subject or rules.subject or rules.bureau
    work = _Year(rules, counts, staff, target, districts)
    lines = tuple(
        PlanLine(
            s, q + 1, n, work.minima[s][q], rule.basis, work.why(s), rule, work.again[s][q], work.stays(s)
        )
        for s in ("special", "key", "general")
        if (rule := work.rule.get(s)) is not None
        for q, n in enumerate(work.numbers[s])
    )
    warnings = (*rules.warnings, *work.warnings)
    return YearPlan(rules.bureau, target, year, counts, staff, lines, warnings)


class _Year:
    """Builds the numbers of one year; every method is one move and leaves a sentence."""

    def __init__(
        self, rules: Rules, counts: Counts, staff: int, target: str, districts: Mapping[str, int] | None
    ) -> None:
        self.rules, self.counts, self.staff = rules, counts, staff
        self.target, self.districts = target, districts
        weights = rules.get("split.year")
        self.weights: tuple[int, ...] = weights.value if weights else (1, 1, 1, 1)
        self.rule: dict[str, Value] = {}
        self.minima: dict[str, Numbers] = {}
        self.again: dict[str, Numbers] = {}
        self.numbers: dict[str, Numbers] = {}
        self.told: dict[str, list[str]] = {"key": [], "general": [], "special": []}
        self.warnings: list[RuleWarning] = []
        self._run()

    def _run(self) -> None:
        for stratum in ("key", "general"):
            self._minimum(stratum)
        self._special()
        lawful = self.numbers.get("special")  # raising it is no part of its ratio
        self._raise_special()
        self._range()
        self.minima = dict(self.numbers) | ({"special": lawful} if lawful else {})
        self._both_classes()
        for stratum in ("special", "key", "general"):
            self._coverage(stratum)
            self._second_visits(stratum)
        self.warnings += check_numbers(self.rules, self.due, self.rule)
        self.warnings += cap_conflict(self.rules, self.counts, self.numbers.get("special", ()))
        self.warnings += class_over_cap(self.rules, self.counts, self.numbers)
        self.warnings += no_staff(self.rule, self.staff)
        self.warnings += (*contradiction(self.rules), *small_team(self.rules))

    def why(self, stratum: str) -> str:
        """The sentence of a stratum."""
        return "；".join(self.told[stratum]) + "。"

    def due(self, stratum: str, value: Value) -> Numbers:
        """Visits by quarter that one ratio asks of a stratum; never above its pool."""
        rate, pool = value.value.decided(self.counts.of(stratum), self.staff), self.counts.of(stratum)
        asked = rate.asked(pool, self.staff)
        if stratum == "general" and self.districts and not value.value.proportional:
            everywhere = sum(self.districts.values())
            rate = value.value.decided(everywhere, self.staff)
            asked = apportion(rate.asked(everywhere, self.staff), self.districts).get(self.target, 0)
        number = min(pool, asked)
        return (number,) * 4 if rate.per != "year" else split(number, self.weights)

    def _minimum(self, stratum: str) -> None:
        key = f"rate.{stratum}"
        value = self.rules.value(key) if self.counts.of(stratum) else self.rules.get(key)
        if value is not None:
            self._set(stratum, value)

    def _set(self, stratum: str, value: Value) -> None:
        self.rule[stratum] = value
        self.numbers[stratum] = self.due(stratum, value)
        pool, total = self.counts.of(stratum), sum(self.numbers[stratum])
        self.told[stratum].append(
            f"{NAMES[stratum]} {pool} 家，{value.words()}，向上取整，"
            f"全年至少 {total} 家次（{value.basis.cite()}）"
        )
        self._limited(stratum, value)

    def _limited(self, stratum: str, value: Value) -> None:
        """Say so when the ratio asks for more visits than there are sites."""
        pool = self.counts.of(stratum)
        asked = value.value.decided(pool, self.staff).asked(pool, self.staff)
        if asked > pool and not self.districts:
            self.told[stratum].append(f"按比例应为 {asked} 家次，以现有 {pool} 家为限")

    def _special(self) -> None:
        value = self.rules.get("rate.special")
        if value is not None:
            self._set("special", value)
            return
        bases = [s for s in ("key", "general") if s in self.rule]
        if bases:
            nearest = max(bases, key=lambda s: sum(self._like(s)))
            self.rule["special"] = self.rule[nearest]
            self.numbers["special"] = self._like(nearest)
            self.told["special"].append(
                f"{NAMES['special']} {self.counts.special} 家，没有单独的比例，按{NAMES[nearest]}的比例"
                f"（{self.rule[nearest].basis.cite()}）"
            )
        elif self.counts.special:
            self.rules.value("rate.special")  # raises NoRule: an item of special sites alone, without a ratio

    def _like(self, stratum: str) -> Numbers:
        """What the special stratum gets at the rate of another, rounded up."""
        rate, special = self.rule[stratum].value, self.counts.special
        if rate.proportional and rate.per != "year":
            return (rate.number(special, self.staff),) * 4
        pool = self.counts.of(stratum)
        if not pool:
            return (0,) * 4
        return tuple(ceil(Fraction(n * special, pool)) for n in self.numbers[stratum])

    def _raise_special(self) -> None:
        """Special never below the other classes, and above the class the text names."""
        if "special" not in self.numbers:
            return
        before = self.numbers["special"]
        for stratum in ("key", "general"):
            if stratum in self.rule:
                self._lift("special", self._like(stratum))
        above = self.rules.get("special.above")
        if above is not None and not (above.value in self.numbers and self.counts.of(above.value)):
            above = None
        if above is not None:
            self._lift("special", self._above(above.value))
        self._unstated_special(before)
        if self.numbers["special"] != before:
            raised = special_raised(sum(before), sum(self.numbers["special"]), above)
            self.told["special"].append(raised.zh.removesuffix("。"))
            self.warnings.append(raised)

    def _unstated_special(self, before: Numbers) -> None:
        """Where the text raises the special ratio without a number, name the class it follows for now."""
        clause, rule = self.rules.get("special.above"), self.rule["special"]
        if clause is None or rule.key == "rate.special" or not self.counts.special:
            return
        if self.numbers["special"] == before:
            told = no_special_rate(clause, rule.key.removeprefix("rate."), rule)
        else:
            told = no_special_rate(clause, clause.value, None)
        self.warnings.append(told)

    def _above(self, stratum: str) -> Numbers:
        special, pool = self.counts.special, self.counts.of(stratum)
        return tuple(min(special, n * special // pool + 1) for n in self.numbers[stratum])

    def _lift(self, stratum: str, least: Numbers) -> None:
        self.numbers[stratum] = tuple(map(max, self.numbers[stratum], least))

    def _both_classes(self) -> None:
        """Keep the minimum of the whole key class when a special draw may miss sites that are also key."""
        both, rule = self.counts.key_special, self.rule.get("key")
        share = rule.value.share() if rule is not None else None
        if not both or rule is None or share is None or rule.value.per == "year":
            return
        if min(self.numbers["special"]) >= self.counts.special:
            return
        need = min(self.counts.key, self._within(rule.value.number(self.counts.key + both, self.staff)))
        if need > min(self.numbers["key"]):
            self._lift("key", (need,) * 4)
            self.told["key"].append(f"另有 {both} 家既重点又特殊，为保全类下限，每季度 {need} 家次")

    def _within(self, need: int) -> int:
        """A number of the whole key class kept in the range of the text; where none fits, its lower end."""
        text, top = self.rules.own.get("rate.key"), self._top()
        if text is None or top is None or need <= top:
            return need
        low: int = text.value.number(self.counts.key + self.counts.key_special, self.staff)
        if low > top and not any(w.code == "range_missed" for w in self.warnings):
            self.warnings.append(range_missed(text, low, top))
        return max(low, top)

    def stays(self, stratum: str) -> bool:
        """True when a site visited in an earlier quarter may be drawn before others are drawn once."""
        return not without_repetition(self.rules, stratum, self.counts.key_special > 0)

    def _second_visits(self, stratum: str) -> None:
        """Plan the visits the draws take by the repeat share. Basis: obligation 7, §6."""
        self.again[stratum] = (0, 0, 0, 0)
        share, before = repeat_share(self.rules), self.numbers.get(stratum)
        if not share or before is None or self.stays(stratum) or only_once(self.rules, stratum):
            return
        again = second_round(self.counts.of(stratum), before, share)
        top = self._top() if stratum == "key" else None
        if top is not None:  # a range bounds both rounds together
            again = tuple(min(more, max(0, top - n)) for more, n in zip(again, before, strict=True))
        if any(again):
            self.again[stratum] = again
            self.numbers[stratum] = tuple(map(add, before, again))
            self.told[stratum].append(repeats_told(again, self.rules.value("repeat.share")))

    def _top(self) -> int | None:
        """Most visits a quarter the range of the text allows; sites both key and special are of the class."""
        text = self.rules.own.get("rate.key")
        return None if text is None else text.value.ceiling(self.counts.key + self.counts.key_special)

    def _coverage(self, stratum: str) -> None:
        """Raise the year so that every site is drawn once. Basis: 原则上应保证每年…进行一遍巡查."""
        promised = promise(self.rules, stratum, self.counts.key_special > 0)
        if promised is None or stratum not in self.numbers:
            return
        before, pool = self.numbers[stratum], self.counts.of(stratum)
        if sum(before) >= pool:
            self.told[stratum].append(f"全年 {sum(before)} 家次，已可覆盖 {pool} 家")
            return
        self.numbers[stratum] = cover(pool, before, self.weights)
        after = "、".join(map(str, self.numbers[stratum]))
        self.told[stratum].append(
            f"四个季度按下限共 {sum(before)} 家次，不能覆盖 {pool} 家，"
            f"上调为 {after}（{promised.basis.cite()}）"
        )
        self.warnings.append(coverage_raised(stratum, sum(before), pool, self.numbers[stratum], promised))

    def _range(self) -> None:
        """Rounding up must not leave a range such as 10–15 %; where no whole number fits, the floor wins."""
        text, top = self.rules.own.get("rate.key"), self._top()
        if text is None or top is None or max(self.numbers["key"]) <= top:
            return
        low = self.due("key", text)
        self.numbers["key"] = tuple(
            max(least, min(n, top)) for n, least in zip(self.numbers["key"], low, strict=True)
        )
        number = max(self.numbers["key"])
        if number > top:
            self.warnings.append(range_missed(text, number, top))
        else:
            self.told["key"].append(f"取整后不超出区间，每季度 {number} 家次")
