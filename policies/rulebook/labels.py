"""What a bureau calls itself, its unit in the field, its officers, the draw and the city's overlay.

Words have changed since 2016 (环境监察大队 → 生态环境保护综合行政执法大队), and not everywhere at once.
Basis: docs/obligations.md, the last paragraph.
"""

from dataclasses import dataclass

from policies.rulebook.law_key import LABELS
from policies.rulebook.rules import Rules, Value


@dataclass(frozen=True, slots=True)
class Labels:
    """Names in Chinese; "" where no text or choice gives one.

    Attributes:
        bureau: the bureau. brigade: the unit whose officers inspect, entrusted or own.
        officer: its officers. draw: the random check. overlay: the city's check over a district.
    """

    bureau: str = ""
    brigade: str = ""
    officer: str = ""
    draw: str = ""
    overlay: str = ""


_NAMES = ("bureau", "brigade")  # of one bureau: a county does not bear its city's name


def labels_of(rules: Rules) -> Labels:
    """The names in force; a name the nearest value leaves out comes from the next above it.

    The names of bureau and unit are the bureau's own or the nation's general word, never a parent's.
    """
    found = {name: _found(rules, name) for name in LABELS}
    return Labels(**found)


def _found(rules: Rules, name: str) -> str:
    for value in _nearest_first(rules):
        lent = name not in _NAMES or value.place in (rules.path, rules.path[:1])
        if lent and value.value.get(name):
            return str(value.value[name])
    return ""


def _nearest_first(rules: Rules) -> list[Value]:
    chosen, own = rules.get("labels"), rules.own.get("labels")
    mine = [value for value in (chosen, own) if value is not None]
    return [*mine, *rules.floors.get("labels", ())]
