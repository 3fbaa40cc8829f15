"""How texts and choices stand to each other: refused below the own text, warned below a parent's."""

from collections.abc import Mapping

from policies.rulebook.law_errors import MissingBasis
from policies.rulebook.law_keys import KEYS
from policies.rulebook.law_order import binding, bound_of, dropped, leaves_room, said, weaker
from policies.rulebook.rates import Rate, percent
from policies.rulebook.rule_errors import BelowOwnText, NothingReplaced, OutsideRange
from policies.rulebook.rules import RuleWarning, Value

# Warnings that follow from the values alone; made anew whenever a value is exchanged.
FLOOR_CODES = frozenset({"below_own_text", "below_replaced_text", "below_parent_floor"})
TEXTS = {
    "below_own_text": ("本单位文件", "the bureau's own text"),
    "below_replaced_text": ("被替代的本单位原文", "the bureau's replaced text"),
    "below_parent_floor": ("上级下限", "the parent's floor"),
}
_SHORT = {
    "higher": ("低于", "is below"),
    "lower": ("宽于", "goes beyond"),
    "earlier": ("晚于", "is later than"),
    "same": ("不同于", "differs from"),
    "codes": ("少于", "lists less than"),
    "window": ("宽于", "is wider than"),
}


def check_choice(choice: Value, own: Value | None) -> None:
    """Refuse a choice weaker than the bureau's own text or outside its range.

    A value marked `default` is our reading of an open text, not the text: the bureau may choose freely.
    Basis: 西环〔2024〕3号 一（四）: 不应低于本方案规定的最低抽查比例; obligation 17.
    """
    if own is None or not binding(own):
        return
    if weaker(choice, own) and not leaves_room(own):
        raise BelowOwnText(said(choice), basis=own.basis.cite(), **_bound(choice, own))
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


def check_replacement(stated: Value, before: Value, named: bool) -> None:
    """Refuse a statement below the own text we hold, unless it names that text as replaced.

    Args:
        stated: what the bureau enters as its text.
        before: the older value of the same bureau in the law tree.
        named: the statement says that it replaces the text of `before`.

    Basis: obligation 17; a text once issued holds until another takes its place.
    """
    if not named and binding(before) and weaker(stated, before) and not leaves_room(before):
        raise NothingReplaced(
            said(stated), basis=before.basis.cite(), text=before.basis.text, **_bound(stated, before)
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
    """One warning of each kind for every value in force that undercuts a text. Basis: obligation 17, §2."""
    found: dict[tuple[str, str], RuleWarning] = {}
    for key in sorted(values.keys() & own.keys()):
        for text in (own[key], *floors[key]):
            if binding(text) and weaker(values[key], text):
                code = code_of(values[key], text, own[key])
                found.setdefault((key, code), _undercut(code, values[key], text))
    return tuple(found.values())


def code_of(value: Value, text: Value, own: Value) -> str:
    """Which kind of text `value` is held against: the bureau's own, one that its own replaced, a parent's."""
    if text.place != value.place:
        return "below_parent_floor"
    return "below_own_text" if text is own else "below_replaced_text"


def _bound(value: Value, floor: Value) -> dict[str, str]:
    bound = bound_of(floor)
    least = dropped(value, floor) if bound == "codes" else said(floor)
    return {"key": value.key, "floor": least, "bound": bound}


def _undercut(code: str, value: Value, text: Value) -> RuleWarning:
    name, (zh, en), bound = KEYS[value.key], TEXTS[code], bound_of(text)
    short_zh, short_en = _SHORT[bound]
    lack = f"缺“{dropped(value, text)}”" if bound == "codes" else ""
    done_zh, done_en = _followed(value)
    return RuleWarning(
        code,
        f"{name.zh}“{said(value)}”（{value.basis.cite()}）{short_zh}{zh}“{said(text)}”"
        f"（{text.basis.cite()}）{lack}。{done_zh}，并提请核对。",
        f"{name.en}: “{said(value)}” ({value.basis.cite()}) {short_en} {en} "
        f"“{said(text)}” ({text.basis.cite()}). {done_en} is applied; please check.",
        (text.basis, value.basis),
    )


def _followed(value: Value) -> tuple[str, str]:
    if value.origin == "choice":
        return "按本单位自选执行", "The bureau's choice"
    return "按本单位文件执行", "The bureau's own text"
