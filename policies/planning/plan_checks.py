"""Checks that need the counts: ratios of different kinds compared, cap against special, staff of zero."""

from collections.abc import Callable, Mapping

from policies.planning.caps import DRAWN, counting
from policies.planning.plan_terms import Counts
from policies.planning.plan_words import NAMES
from policies.rulebook.law_keys import KEYS
from policies.rulebook.rule_errors import BelowOwnText
from policies.rulebook.rules import Rules, RuleWarning, Value
from policies.terms import Mark

Due = Callable[[str, Value], tuple[int, ...]]


def check_numbers(rules: Rules, due: Due, used: Mapping[str, Value]) -> list[RuleWarning]:
    """Compare ratios that only counts can compare, e.g. staff × 5 with 20 % of units.

    Raises:
        BelowOwnText: a choice asks for fewer visits a year than the bureau's own text.
    """
    found: list[RuleWarning] = []
    for stratum, value in used.items():
        if value.key != f"rate.{stratum}":
            continue
        number = sum(due(stratum, value))
        for floor in _incomparable(rules, value):
            least = sum(due(stratum, floor))
            if number >= least:
                continue
            if floor is rules.own.get(value.key):
                raise BelowOwnText(
                    f"{value.words()} = {number}",
                    basis=floor.basis.cite(),
                    key=value.key,
                    floor=f"{floor.words()} = {least}",
                )
            found.append(_short(value, number, floor, least))
    return found


def _incomparable(rules: Rules, value: Value) -> list[Value]:
    """Texts whose ratio cannot be ranked against `value` without counts; defaults bind nobody."""
    own = rules.own.get(value.key)
    texts = ([own] if own else []) + list(rules.floors.get(value.key, ()))
    return [
        t
        for t in texts
        if t.value != value.value
        and t.basis.mark is not Mark.DEFAULT
        and value.value.stricter_than(t.value) is None
    ]


def _short(value: Value, number: int, floor: Value, least: int) -> RuleWarning:
    name = KEYS[value.key]
    return RuleWarning(
        "below_parent_floor",
        f"{name.zh}“{value.words()}”（{value.basis.cite()}）全年 {number} 家次，低于上级下限“{floor.words()}”"
        f"（{floor.basis.cite()}）的 {least} 家次。按本单位文件执行，并提请核对。",
        f"{name.en}: “{value.words()}” ({value.basis.cite()}) makes {number} visits a year, below the "
        f"parent's “{floor.words()}” ({floor.basis.cite()}) with {least}. "
        "The bureau's own text is applied; please check.",
        (floor.basis, value.basis),
    )


def cap_conflict(rules: Rules, counts: Counts, special: tuple[int, ...]) -> list[RuleWarning]:
    """Special sites needing more visits a year than the cap allows. Basis: 国办发〔2024〕54号."""
    cap, handling = rules.get("cap.visits"), rules.get("cap.special")
    if cap is None or not counts.special or (handling is not None and handling.value == "exempt"):
        return []
    if DRAWN not in counting(rules):
        return []
    if sum(special) <= cap.value * counts.special:
        return []
    rule = rules.get("rate.special")
    visits = -(-sum(special) // counts.special)
    return [
        RuleWarning(
            "special_exceeds_cap",
            f"特殊监管对象每户每年需 {visits} 次，高于年度检查上限 {cap.value} 次（{cap.basis.cite()}）。"
            "请单位决定：不计入上限（cap.special: exempt）、计入上限（counts）或另定上限。",
            f"Special sites need {visits} visits a year, above the cap of {cap.value} ({cap.basis.cite()}). "
            "The bureau decides: exempt, counted, or another cap.",
            tuple(v.basis for v in (rule, cap) if v is not None),
            decide=handling is None or handling.value == "undecided",
        )
    ]


def class_over_cap(rules: Rules, counts: Counts, numbers: Mapping[str, tuple[int, ...]]) -> list[RuleWarning]:
    """Key or general sites that the plan visits more often than the cap allows; no exemption covers them."""
    cap = rules.get("cap.visits")
    if cap is None or DRAWN not in counting(rules):
        return []
    over = [s for s in ("key", "general") if sum(numbers.get(s, ())) > cap.value * counts.of(s)]
    return [_class_over(rules, stratum, cap, sum(numbers[stratum]), counts.of(stratum)) for stratum in over]


def _class_over(rules: Rules, stratum: str, cap: Value, visits: int, sites: int) -> RuleWarning:
    rule = rules.get(f"rate.{stratum}")
    return RuleWarning(
        "class_exceeds_cap",
        f"{NAMES[stratum]} {sites} 家全年计划 {visits} 家次，超过每户每年 {cap.value} 次的上限"
        f"（{cap.basis.cite()}）；到上限的单位不再列入抽取，计划完不成。请单位决定：改比例，或另定上限。",
        f"{visits} visits are planned for {sites} {stratum} sites, more than the cap of {cap.value} a year "
        f"({cap.basis.cite()}) allows; capped sites leave the draw, so the plan cannot be met. The bureau "
        "decides: another ratio, or another cap.",
        tuple(v.basis for v in (rule, cap) if v is not None),
        decide=True,
    )


def no_staff(used: Mapping[str, Value], staff: int) -> list[RuleWarning]:
    """A ratio of staff with nobody on post asks for nothing: said, not hidden."""
    bases = tuple(v.basis for v in used.values() if v.value.counts_staff())
    if staff or not bases:
        return []
    return [
        RuleWarning(
            "no_staff",
            "在编在岗人员数为 0，按人员数计算的比例（或其中一项）得 0 家次；请核对人员库。",
            "Nobody is on post, so what counts officers asks for no visits; check the officers.",
            bases,
            decide=True,
        )
    ]


def small_team(rules: Rules) -> list[RuleWarning]:
    """Teams smaller than the fewest officers a record needs: no visit of theirs could ever be recorded."""
    team, least = rules.get("team.size"), rules.get("record.officers")
    if team is None or least is None or team.value >= least.value:
        return []
    return [
        RuleWarning(
            "team_too_small",
            f"每组 {team.value} 人（{team.basis.cite()}），少于现场检查最少人数 {least.value} 人"
            f"（{least.basis.cite()}），检查记录将不能封存；请改 team.size 或 record.officers。",
            f"Teams of {team.value} ({team.basis.cite()}) are smaller than the {least.value} officers a "
            f"visit needs ({least.basis.cite()}): records could not be sealed. Change one of the two.",
            (least.basis, team.basis),
            decide=True,
        )
    ]
