"""Which classes are to be visited whole within the year, and which never twice in it."""

from fractions import Fraction

from policies.rulebook.rules import Rules, Value
from policies.terms import Mark


def promise(rules: Rules, stratum: str, key_special: bool) -> Value | None:
    """The clause that promises yearly coverage of a stratum, if any.

    Args:
        stratum: key, general or special.
        key_special: the special stratum holds sites that are also key: it inherits the promise of key.

    Basis: obligations 7 and 13 (原则上应保证每年对辖区所有重点排污单位进行一遍巡查).
    """
    for name in _names(stratum, key_special):
        value = rules.get(f"coverage.{name}")
        if value is not None and value.value == "year":
            return value
    return None


def without_repetition(rules: Rules, stratum: str, key_special: bool) -> bool:
    """True when a site visited this year leaves the stratum.

    So it is where the class is to be covered, is drawn once at most, or the bureau says which share of the
    visited sites is drawn again. Where none of these is said every quarter is drawn from the whole class.
    A census every quarter visits every site anyway, so nothing leaves it.
    """
    once = only_once(rules, stratum)
    if _census(rules, stratum) and (stratum == "special" or not once):
        return False
    return once or repeat_share(rules) is not None or promise(rules, stratum, key_special) is not None


def repeat_share(rules: Rules) -> Fraction | None:
    """The share of visited sites drawn again, where a text or the bureau states it; 0 = none.

    None where only the default reading stands: it frees no class of the draw from the whole, it only says
    that covered classes are not drawn again. Basis: obligation 7, §6.
    """
    value = rules.get("repeat.share")
    if value is None or (value.origin == "law" and value.basis.mark is Mark.DEFAULT):
        return None
    return Fraction(value.value)


def _census(rules: Rules, stratum: str) -> bool:
    """Every site, every quarter or oftener."""
    rate = rules.get(f"rate.{stratum}")
    return rate is not None and rate.value.share() == 1 and rate.value.per != "year"


def only_once(rules: Rules, stratum: str) -> bool:
    """True when no site of the stratum may be drawn a second time in the year (抽查不重复)."""
    value = rules.get(f"coverage.{stratum}")
    return value is not None and value.value == "once"


def _names(stratum: str, key_special: bool) -> tuple[str, ...]:
    return (stratum, "key") if stratum == "special" and key_special else (stratum,)
