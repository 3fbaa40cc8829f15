"""Rules with other ratios in place, to see what they would do; held against the texts like a choice."""

from collections.abc import Mapping
from dataclasses import replace

from policies.rulebook.law_inherit import FLOOR_CODES, check_choice, floor_warnings
from policies.rulebook.rates import Rate
from policies.rulebook.rules import Rules, Value
from policies.terms import Basis, Mark


def tried(rules: Rules, rates: Mapping[str, Rate]) -> Rules:
    """The rules with these ratios, cited as a trial.

    The factors a choice is weighed by are not asked for: nothing is decided yet.

    Raises:
        BelowOwnText, OutsideRange: as a choice of the same value.
    """
    if not rates:
        return rules
    values = dict(rules.values)
    for key, rate in rates.items():
        basis = Basis("试算", "—", "", Mark.DEFAULT, rules.on, rules.on)
        values[key] = Value(rate, basis, key, place=rules.path, origin="choice")
        check_choice(values[key], rules.own.get(key))
    kept = tuple(w for w in rules.warnings if w.code not in FLOOR_CODES)
    warnings = (*kept, *floor_warnings(values, rules.own, rules.floors))
    return replace(rules, values=values, warnings=warnings)
