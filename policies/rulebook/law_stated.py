"""A bureau's own text, entered by the bureau itself: it stands where a file of the tree would stand.

A statement is a dated, cited row of the same form as a choice, marked `stated`, with the sentence as the
bureau gives it. Unlike a choice it may undercut a parent's floor: that is then said, with both citations.
Basis: obligation 17 and §2 (20 % against 25 %).
"""

from collections.abc import Iterable, Mapping
from datetime import date

from policies.rulebook.law_choices import Choice
from policies.rulebook.law_entry import Scope
from policies.rulebook.rule_values import Origin, Value
from policies.terms import Mark


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
        if in_force and Scope("", choice.item, choice.subject).covers("", asked.item, asked.subject):
            found[choice.key] = Value(
                choice.value, choice.basis, choice.key, choice.note, "", path, origin, choice.factors
            )
    return found


def put_stated(
    own: dict[str, Value], floors: dict[str, tuple[Value, ...]], stated: Mapping[str, Value]
) -> None:
    """Put statements over the composed texts; what they cover of parents becomes a floor.

    A file of the bureau's own place wins when it is at least as new, and is forgotten when it is older: a new
    text of the same bureau replaces the old one.
    """
    for key, value in stated.items():
        before = own.get(key)
        if before is None or before.place != value.place:
            above = (before,) if before is not None else ()
            floors[key] = (*above, *floors.get(key, ()))
        elif before.basis.effective >= value.basis.effective:
            continue
        own[key] = value
