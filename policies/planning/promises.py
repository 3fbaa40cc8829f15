"""Which classes are to be visited whole within the year, and which never twice in it."""

from policies.rulebook.rules import Rules, Value


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
    """True when a site visited this year leaves the stratum: it is to be covered, or drawn once at most.

    A census every quarter visits every site anyway, so nothing leaves it.
    """
    rate = rules.get(f"rate.{stratum}")
    if stratum == "special" and rate is not None and rate.value.share() == 1:
        return bool(rate.value.per == "year")
    if only_once(rules, stratum):
        return True
    return promise(rules, stratum, key_special) is not None


def only_once(rules: Rules, stratum: str) -> bool:
    """True when no site of the stratum may be drawn a second time in the year (抽查不重复)."""
    value = rules.get(f"coverage.{stratum}")
    return value is not None and value.value == "once"


def _names(stratum: str, key_special: bool) -> tuple[str, ...]:
    return (stratum, "key") if stratum == "special" and key_special else (stratum,)
