"""Which of two values of one key asks for less: ratios, numbers, lists of codes, options, windows."""

from collections.abc import Mapping
from typing import Literal

from policies.rulebook.law_keys import KEYS
from policies.rulebook.law_values import Window
from policies.rulebook.rates import Rate
from policies.rulebook.rule_values import Value
from policies.terms import Mark

Bound = Literal["higher", "lower", "earlier", "same", "codes", "window"]

_BEFORE = frozenset({"last_working_days", "not_later_than"})  # drawn before the quarter begins
_ROOM = "原则上"
# options in the words of a sentence; pages have the same in their own list
_SAID = {
    "year": "全年覆盖",
    "once": "一年内不重复",
    "none": "不要求",
    "on_post": "在编在岗人员",
    "certified": "持证人员",
}


def weaker(value: Value, floor: Value) -> bool:
    """True when `value` surely asks for less than `floor`; False too when only counts could tell.

    Of codes: one of the floor's is dropped. Of a key without an order of its own but bound to the text:
    any other value. Basis: 西环〔2024〕3号 一（四）: 不应低于本方案规定的最低比例; obligation 17.
    """
    mine, theirs, key = value.value, floor.value, KEYS[value.key]
    if not key.stricter:
        return False
    if isinstance(mine, Window) and isinstance(theirs, Window):
        return _wider(mine, theirs)
    if isinstance(mine, Rate) and isinstance(theirs, Rate):
        return theirs.stricter_than(mine) is True
    if isinstance(mine, Mapping) and isinstance(theirs, Mapping):
        return bool(dropped(value, floor))
    if key.stricter == "same":
        return bool(mine != theirs)
    if key.ranks:
        known = mine in key.ranks and theirs in key.ranks
        return known and key.ranks.index(mine) < key.ranks.index(theirs)
    if key.form == "integer" and "none" in (mine, theirs):  # no limit at all
        return bool(mine == "none" != theirs)
    low, high = (mine, theirs) if key.stricter == "higher" else (theirs, mine)
    return bool(low < high)


def dropped(value: Value, floor: Value) -> str:
    """The names of the codes `floor` lists and `value` leaves out; "" for none."""
    return "、".join(str(name) for code, name in floor.value.items() if code not in value.value)


def binding(value: Value) -> bool:
    """False for our own reading of an open text: it binds nobody."""
    return value.basis.mark is not Mark.DEFAULT


def leaves_room(own: Value) -> bool:
    """True when the sentence says 原则上 of a promise: going below it is said with its clause, not refused.

    Basis: obligation 13 (原则上应保证每年…进行一遍巡查).
    """
    return bool(KEYS[own.key].ranks) and _ROOM in own.basis.sentence


def bound_of(floor: Value) -> Bound:
    """How a floor binds, for the sentence that says so."""
    key = KEYS[floor.key]
    if key.form == "pairs":
        return "codes"
    if key.form == "window":
        return "window"
    if key.stricter == "same":
        return "same"
    return "earlier" if key.form == "monthday" else "lower" if key.stricter == "lower" else "higher"


def said(value: Value) -> str:
    """The value in a sentence."""
    if isinstance(value.value, str) and KEYS[value.key].form == "choice":
        return _SAID.get(value.value, value.words())
    return value.words()


def _wider(mine: Window, theirs: Window) -> bool:
    """True when a draw could be later, or further from the quarter, than the other window allows.

    `last_working_days: 5` and `not_later_than: 5` are two readings of one sentence: neither is wider.
    """
    if theirs.rule not in _BEFORE:
        return mine.rule == theirs.rule and _longer(mine, theirs)
    if mine.rule not in _BEFORE:
        return True
    if mine.rule == "not_later_than":
        return mine.days < theirs.days
    return mine.rule == theirs.rule and mine.days > theirs.days


def _longer(mine: Window, theirs: Window) -> bool:
    """True when the days surely run further; weekends and a holiday stretch n working days to 2n + 10."""
    if mine.count == theirs.count:
        return mine.days > theirs.days
    if mine.count == "working":
        return mine.days >= theirs.days
    return mine.days > 2 * theirs.days + 10
