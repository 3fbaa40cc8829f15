"""Codes for the demonstration, with right check characters.

The organisation part begins MAXX, a block no registry was using when this was written.
"""

from policies.roster.codes import credit_check, organisation_check


def credit_code(prefix: str, division: str, serial: int) -> str:
    """An 18-character credit code.

    Args:
        prefix: registry and kind, e.g. "91" company, "92" trader, "N2" rural collective.
        division: six digits of the registry's place.
        serial: up to 9999.
    """
    first8 = f"MAXX{serial:04d}"
    first17 = f"{prefix}{division}{first8}{organisation_check(first8)}"
    return first17 + credit_check(first17)


def site_code(credit: str, serial: int) -> str:
    """An HJ 608 code: credit code, three-digit site number, P for permit."""
    return f"{credit}{serial:03d}P"


def certificate(division: str, serial: int) -> str:
    """A certificate number of the demonstration: YS (演示), division, three digits."""
    return f"YS{division}{serial:03d}"
