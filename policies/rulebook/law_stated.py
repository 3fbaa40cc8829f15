"""A bureau's own text, entered by the bureau itself: it stands where a file of the tree would stand.

A statement is a dated, cited row of the same form as a choice, marked `stated`, with the sentence as the
bureau gives it. Unlike a choice it may undercut a parent's floor: that is then said, with both citations.
Basis: obligation 17 and §2 (20 % against 25 %).
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date

from policies.rulebook.law_choices import Choice
from policies.rulebook.law_entry import Scope, item_of
from policies.rulebook.law_inherit import check_replacement
from policies.rulebook.law_order import binding
from policies.rulebook.rule_values import Origin, Value
from policies.terms import Mark

_NUMBER = re.compile(r"[^\s《》（）()]+〔[0-9]{4}〕[0-9]+号")
_TITLE = re.compile(r"《([^《》]+)》")
_VERBS = ("替代", "代替", "取代", "废止", "修改", "修订", "replaces")


def is_statement(choice: Choice) -> bool:
    """True when the row states the bureau's own text, False when it chooses under it."""
    return choice.basis.mark is Mark.STATED


def newest(
    choices: Iterable[Choice], on: date, asked: Scope, path: tuple[str, ...], origin: Origin
) -> dict[str, Value]:
    """The value of each key in force on a day: the narrowest scope first, then the newest."""
    found: dict[str, Value] = {}
    for choice in sorted(choices, key=lambda c: (bool(c.item) + bool(c.subject), c.basis.effective)):
        in_force = choice.basis.effective <= on and (choice.until is None or on <= choice.until)
        bound = Scope("", item_of(choice.key, choice.item), choice.subject)
        if in_force and bound.covers("", asked.item, asked.subject):
            found[choice.key] = Value(
                choice.value, choice.basis, choice.key, choice.note, "", path, origin, choice.factors
            )
    return found


def names_replaced(statement: Value, before: Value) -> bool:
    """True when the statement says, in clause, sentence or note, that it takes the place of `before`'s text.

    The text is named by its number (西环〔2024〕3号) or its title (《…》).
    """
    said = f"{statement.basis.clause} {statement.basis.sentence} {statement.note}"
    text = before.basis.text
    names = (text, *_NUMBER.findall(text), *_TITLE.findall(text))
    return any(verb in said for verb in _VERBS) and any(name in said for name in names)


def put_stated(
    own: dict[str, Value], floors: dict[str, tuple[Value, ...]], stated: Mapping[str, Value]
) -> None:
    """Put statements over the composed texts; what they cover, of parents or their own, becomes a floor.

    A file of the bureau's own place wins when it is at least as new. When it is older the statement replaces
    it, but the sentence we hold is not forgotten: what falls below it is said with both citations.

    Raises:
        BelowOwnText: below that sentence, without naming the text it replaces.
    """
    for key, value in stated.items():
        before = own.get(key)
        same_place = before is not None and before.place == value.place
        if before is not None and same_place:
            if before.basis.effective >= value.basis.effective:
                continue
            check_replacement(value, before, names_replaced(value, before))
        if before is not None and (binding(before) or not same_place):
            floors[key] = (before, *floors.get(key, ()))
        own[key] = value
        floors.setdefault(key, ())
