"""Checks that need the counts: ratios of different kinds compared, cap against special, staff of zero."""

from collections.abc import Callable, Mapping

from policies.planning.plan_terms import Counts
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
    """Special sites needing more visits a year than the cap allows. Basis: DOMAIN §2 (国办发〔2024〕54号)."""
    cap, handling = rules.get("cap.visits"), rules.get("cap.special")
    if cap is None or not counts.special or (handling is not None and handling.value == "exempt"):
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


def no_staff(used: Mapping[str, Value], staff: int) -> list[RuleWarning]:
    """A ratio of staff with nobody on post asks for nothing: said, not hidden."""
    if staff or not any(v.value.base == "staff" for v in used.values()):
        return []
    bases = tuple(v.basis for v in used.values() if v.value.base == "staff")
    return [
        RuleWarning(
            "no_staff",
            "在编在岗人员数为 0，按人员数计算的比例得 0 家次；请核对人员库。",
            "Nobody is on post, so the ratio of staff asks for no visits; check the officers.",
            bases,
            decide=True,
        )
    ]
