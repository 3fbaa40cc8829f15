"""Checks that need the counts: ratios of different kinds compared, cap against special, staff of zero."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from policies.planning.caps import DRAWN, cap_of, counting
from policies.planning.plan_terms import Counts
from policies.planning.plan_words import NAMES
from policies.rulebook.law_inherit import TEXTS, code_of
from policies.rulebook.law_keys import KEYS
from policies.rulebook.law_order import binding as binds
from policies.rulebook.law_stated import names_replaced
from policies.rulebook.rule_errors import BelowOwnText, NothingReplaced
from policies.rulebook.rules import Rules, RuleWarning, Value

Due = Callable[[str, Value], tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class _Lack:
    """The first span in which a ratio makes fewer visits than a floor asks for; quarter 0 = the year."""

    quarter: int
    number: int
    least: int

    def span(self) -> str:
        return f"第{self.quarter}季度" if self.quarter else "全年"

    def span_en(self) -> str:
        return f"in quarter {self.quarter}" if self.quarter else "a year"


def check_numbers(rules: Rules, due: Due, used: Mapping[str, Value]) -> list[RuleWarning]:
    """Compare ratios that only counts can compare, e.g. staff × 5 with 20 % of units.

    A floor of every quarter is held quarter by quarter, so that no weights of the year can empty a quarter.

    Raises:
        BelowOwnText: a choice asks for fewer visits than the bureau's own text, or a statement for fewer than
            the own text it does not say it replaces.

    Basis: 西环〔2024〕3号 一（四）1: 每季度至少…20%; obligations 13–17.
    """
    found: list[RuleWarning] = []
    for stratum, value in used.items():
        if value.key != f"rate.{stratum}":
            continue
        for floor in _incomparable(rules, value):
            lack = _lack(due(stratum, value), due(stratum, floor), floor)
            if lack is None:
                continue
            _refuse(rules, value, floor, lack)
            found.append(_short(rules, value, floor, lack))
    return found


def _incomparable(rules: Rules, value: Value) -> list[Value]:
    """Texts whose ratio cannot be ranked against `value` without counts; defaults bind nobody."""
    own = rules.own.get(value.key)
    texts = ([own] if own else []) + list(rules.floors.get(value.key, ()))
    return [
        t for t in texts if t.value != value.value and binds(t) and value.value.stricter_than(t.value) is None
    ]


def _lack(numbers: tuple[int, ...], least: tuple[int, ...], floor: Value) -> _Lack | None:
    shorter = any(
        part.per != "year" for part in floor.value.of
    )  # such a part decided: every quarter the same
    if floor.value.per == "year" and not (shorter and len(set(least)) == 1):
        short = sum(numbers) < sum(least)
        return _Lack(0, sum(numbers), sum(least)) if short else None
    pairs = enumerate(zip(numbers, least, strict=True), start=1)
    return next((_Lack(q, number, asked) for q, (number, asked) in pairs if number < asked), None)


def _refuse(rules: Rules, value: Value, floor: Value, lack: _Lack) -> None:
    """Below its own text a choice is refused, and a statement below one it does not say it replaces."""
    facts = {"key": value.key, "floor": f"{floor.words()}（{lack.span()} {lack.least} 家次）"}
    got = f"{value.words()}（{lack.span()} {lack.number} 家次）"
    own = rules.own[value.key]
    if floor is own:
        raise BelowOwnText(got, basis=floor.basis.cite(), **facts)
    replaced = code_of(value, floor, own) == "below_replaced_text"
    if value is own and replaced and not names_replaced(own, floor):
        raise NothingReplaced(got, basis=floor.basis.cite(), text=floor.basis.text, **facts)


def _short(rules: Rules, value: Value, floor: Value, lack: _Lack) -> RuleWarning:
    name, code = KEYS[value.key], code_of(value, floor, rules.own[value.key])
    zh, en = TEXTS[code]
    return RuleWarning(
        code,
        f"{name.zh}“{value.words()}”（{value.basis.cite()}）{lack.span()} {lack.number} 家次，"
        f"低于{zh}“{floor.words()}”（{floor.basis.cite()}）的 {lack.least} 家次。"
        "按本单位文件执行，并提请核对。",
        f"{name.en}: “{value.words()}” ({value.basis.cite()}) makes {lack.number} visits {lack.span_en()}, "
        f"below {en} “{floor.words()}” ({floor.basis.cite()}) with {lack.least}. "
        "The bureau's own text is applied; please check.",
        (floor.basis, value.basis),
    )


def cap_conflict(rules: Rules, counts: Counts, special: tuple[int, ...]) -> list[RuleWarning]:
    """Special sites needing more visits a year than the cap allows. Basis: 国办发〔2024〕54号."""
    cap, handling = _cap(rules), rules.get("cap.special")
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
    cap = _cap(rules)
    if cap is None or DRAWN not in counting(rules):
        return []
    over = [s for s in ("key", "general") if sum(numbers.get(s, ())) > cap.value * counts.of(s)]
    return [_class_over(rules, stratum, cap, sum(numbers[stratum]), counts.of(stratum)) for stratum in over]


def _cap(rules: Rules) -> Value | None:
    """The value that states the cap; None where there is none."""
    return rules.value("cap.visits") if cap_of(rules) is not None else None


def _class_over(rules: Rules, stratum: str, cap: Value, visits: int, sites: int) -> RuleWarning:
    rule, found = rules.get(f"rate.{stratum}"), cap_of(rules)
    binding = found is not None and found.binding
    so = "到上限的单位不再列入抽取，计划完不成" if binding else "该上限本单位尚未确认，不停抽"
    end = (
        "capped sites leave the draw, so the plan cannot be met" if binding else "not confirmed, none leaves"
    )
    return RuleWarning(
        "class_exceeds_cap",
        f"{NAMES[stratum]} {sites} 家全年计划 {visits} 家次，超过每户每年 {cap.value} 次的上限"
        f"（{cap.basis.cite()}）；{so}。请单位决定：改比例，或另定上限。",
        f"{visits} visits are planned for {sites} {stratum} sites, more than the cap of {cap.value} a year "
        f"({cap.basis.cite()}) allows; {end}. The bureau decides: another ratio, or another cap.",
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
