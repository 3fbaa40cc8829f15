"""Identity codes of companies and sites: form and check characters.

Basis: GB 32100-2015 (统一社会信用代码), GB 11714-1997 (its nine organisation characters), HJ 608-2017
(22-character pollution-source code). The organisation part's own check character is deliberately not
tested on import: GB 32100 has a check of its own, and living codes break the inner one.
"""

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100: no I O S V Z
AUTHORITIES = "123456789ANY"  # first character; N1–N3 rural collectives, A1 military, Y1 others
_WEIGHTS = tuple(pow(3, i, 31) for i in range(17))
_ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_ORG_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_MANGLED = re.compile(r"[+-]?\d(?:\.\d+)?E\+?\d+", re.IGNORECASE)
_HJ608_TAIL = re.compile(r"\d{3}[A-Z]")


class CodeFault(StrEnum):
    """What is wrong with a code."""

    LENGTH = "length"
    CHARACTER = "character"
    AUTHORITY = "authority"
    REGION = "region"
    CHECK = "check"
    TAIL = "tail"
    OTHER_COMPANY = "other_company"
    DIVISION = "division"


def tidy(text: str) -> str:
    """Half-width capitals without spaces; hyphens stay, since certificates carry them."""
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", text)).upper()


def compact(text: str) -> str:
    """Half-width capitals without spaces and hyphens, as credit and site codes are written."""
    return tidy(text).replace("-", "")


def mangled(text: str) -> bool:
    """True for a number a spreadsheet has turned into scientific notation, such as 9.14117E+17."""
    return _MANGLED.fullmatch(text.strip()) is not None


def credit_check(first17: str) -> str:
    """Check character for the first 17 characters. Basis: GB 32100-2015, C18 = 31 − (Σ Ci·3^(i−1) mod 31)."""
    total = sum(ALPHABET.index(c) * w for c, w in zip(first17, _WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def organisation_check(first8: str) -> str:
    """Check character of a nine-character organisation code. Basis: GB 11714-1997, mod 11, X for 10."""
    total = sum(_ORG_ALPHABET.index(c) * w for c, w in zip(first8, _ORG_WEIGHTS, strict=True))
    rest = -total % 11
    return "X" if rest == 10 else str(rest)


@lru_cache(maxsize=4096)  # a row asks twice: for the company and within the code of the site
def credit_fault(code: str) -> CodeFault | None:
    """First fault of a compact 18-character credit code, None when it is right.

    Letter-prefixed codes (N1–N3, A1, Y1) are codes like any other.
    """
    if len(code) != 18:
        return CodeFault.LENGTH
    if any(c not in ALPHABET for c in code):
        return CodeFault.CHARACTER
    if code[0] not in AUTHORITIES:
        return CodeFault.AUTHORITY
    if not code[2:8].isdecimal():
        return CodeFault.REGION
    return None if code[17] == credit_check(code[:17]) else CodeFault.CHECK


def is_substitute(code: str) -> bool:
    """True for a code of the form a bureau registers for a site that has none: DJ + division + six digits."""
    return re.fullmatch(r"DJ\d{12}", code) is not None


def substitute(division: str, serial: int) -> str:
    """The bureau's registered substitute for a site without an HJ 608 code.

    Our own convention, not part of HJ 608: the letters DJ (登记), the six-digit division, a six-digit serial.
    """
    return f"DJ{division}{serial:06d}"


def site_fault(code: str, credit_code: str, division: str) -> CodeFault | None:
    """First fault of a site code, None when it is right.

    Args:
        code: compact text, an HJ 608 code (credit code, three digits, one letter) or a registered substitute.
        credit_code: company's code from the same row; "" = unknown, then not compared.
        division: six digits of the bureau whose roster it is.
    """
    if is_substitute(code):
        return None if code[2:8] == division else CodeFault.DIVISION
    if len(code) != 22:
        return CodeFault.LENGTH
    if any(c not in ALPHABET for c in code[:18]):
        return CodeFault.CHARACTER
    if _HJ608_TAIL.fullmatch(code[18:]) is None:
        return CodeFault.TAIL
    return CodeFault.OTHER_COMPANY if credit_code and code[:18] != credit_code else None
