"""How texts and choices stand to each other: refused below the own text, warned below a parent's."""

from collections.abc import Mapping

from policies.rulebook.law_errors import MissingBasis
from policies.rulebook.law_keys import KEYS
from policies.rulebook.rates import Rate, percent
from policies.rulebook.rule_errors import BelowOwnText, OutsideRange
from policies.rulebook.rules import RuleWarning, Value
from policies.terms import Mark


def weaker(value: Value, floor: Value) -> bool:
    """True when `value` surely asks for less than `floor`; False too when only counts could tell."""
    direction = KEYS[value.key].stricter
    if not direction:
        return False
    if isinstance(value.value, Rate) and isinstance(floor.value, Rate):
        return floor.value.stricter_than(value.value) is True
    if isinstance(value.value, Mapping) and isinstance(floor.value, Mapping):
        return not set(floor.value) <= set(value.value)
    low, high = (value.value, floor.value) if direction == "higher" else (floor.value, value.value)
    return bool(low < high)


def check_choice(choice: Value, own: Value | None) -> None:
    """Refuse a choice weaker than the bureau's own text or outside its range.

    A value marked `default` is our reading of an open text, not the text: the bureau may choose freely.
    Basis: 西环〔2024〕3号 一（四）: 不应低于本方案规定的最低抽查比例; obligation 17.
    """
    if own is None or own.basis.mark is Mark.DEFAULT:
        return
    if weaker(choice, own):
        raise BelowOwnText(choice.words(), basis=own.basis.cite(), key=choice.key, floor=own.words())
    rate, text = choice.value, own.value
    if not isinstance(text, Rate) or text.most is None or not isinstance(rate, Rate):
        return
    top = rate.most if rate.most is not None else rate.share()
    if top is None or rate.per != text.per or top > text.most:
        raise OutsideRange(
            choice.words(),
            basis=own.basis.cite(),
            key=choice.key,
            low=percent(text.amount),
            high=percent(text.most),
        )


def check_factors(values: Mapping[str, Value]) -> None:
    """Refuse a chosen ratio that passes over a factor the rules name.

    Only factors already named when the choice took effect bind it: a later text does not undo it.
    Basis: 西环〔2024〕3号 一（四）, as `rate.factors` of the bureau; obligation 17.
    """
    named = values.get("rate.factors")
    if named is None:
        return
    for value in values.values():
        bound = value.origin == "choice" and named.basis.effective <= value.basis.effective
        if not isinstance(value.value, Rate) or not bound:
            continue
        for code, words in named.value.items():
            if code not in value.factors:
                raise MissingBasis(
                    basis=named.basis.cite(), key=f"{value.key} factors", field=f"{code}（{words}）"
                )


def floor_warnings(
    values: Mapping[str, Value], own: Mapping[str, Value], floors: Mapping[str, tuple[Value, ...]]
) -> tuple[RuleWarning, ...]:
    """One warning for every value in force that undercuts a parent's floor. Basis: obligation 17, §2."""
    found = []
    for key in sorted(values):
        parents = [own[key], *floors[key]] if key in own else []
        for parent in parents:
            if parent.basis.mark is not Mark.DEFAULT and weaker(values[key], parent):
                found.append(_undercut(values[key], parent))
                break
    return tuple(found)


def _undercut(value: Value, parent: Value) -> RuleWarning:
    name = KEYS[value.key]
    return RuleWarning(
        "below_parent_floor",
        f"{name.zh}“{value.words()}”（{value.basis.cite()}）低于上级下限“{parent.words()}”"
        f"（{parent.basis.cite()}）。按本单位文件执行，并提请核对。",
        f"{name.en}: “{value.words()}” ({value.basis.cite()}) is below the parent's floor "
        f"“{parent.words()}” ({parent.basis.cite()}). The bureau's own text is applied; please check.",
        (parent.basis, value.basis),
    )
