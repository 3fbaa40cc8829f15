"""Section 4: the beacon's value, the rule that fixed it, and drand's signature."""

from __future__ import annotations

import hashlib
import math
from fractions import Fraction
from typing import Any

from .coding import Suite, is_hex, is_integer, lp

QUICKNET_CHAIN = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"
QUICKNET_KEY = (
    "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c"
    "8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb"
    "5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a"
)
QUICKNET_GENESIS, QUICKNET_PERIOD = 1692803367, 3
MANIFEST_FIELDS = {
    "drand": {"kind", "chain", "round"},
    "lottery": {"kind", "sources"},
    "spoken": {"kind", "digits"},
}


def round_time(number: int) -> int:
    """When a round of quicknet is published."""
    return QUICKNET_GENESIS + (number - 1) * QUICKNET_PERIOD


def first_round(at: Fraction) -> int:
    """The first round at or after a time."""
    return max(1, math.ceil((at - QUICKNET_GENESIS) / QUICKNET_PERIOD) + 1)


def rule_problem(rule: dict[str, Any], beacon_at: Fraction) -> str | None:
    """What is wrong with the beacon that the manifest names."""
    kind = rule["kind"]
    if set(rule) != MANIFEST_FIELDS.get(kind):
        return "unknown kind or fields of the beacon in the manifest"
    if kind == "drand":
        if rule["chain"] != QUICKNET_CHAIN:
            return "the chain is not quicknet"
        if rule["round"] != first_round(beacon_at):
            return "the round is not the first at or after beacon_at"
    if kind == "spoken" and not (is_integer(rule["digits"]) and rule["digits"] >= 20):
        return "fewer than 20 digits"
    if kind == "lottery":
        return _sources_problem(rule["sources"])
    return None


def _sources_problem(sources: Any) -> str | None:
    """At least three different lotteries, each with its issue."""
    if not isinstance(sources, list):
        return "the sources are no list"
    for source in sources:
        if not isinstance(source, dict) or set(source) != {"name", "issue"}:
            return "a source has other fields than name and issue"
        if not all(isinstance(x, str) and x for x in source.values()):
            return "a source's name or issue is empty"
    if len(sources) < 3 or len({s["name"] for s in sources}) != len(sources):
        return "fewer than three different lotteries"
    return None


def value(suite: Suite, rule: dict[str, Any], evidence: dict[str, Any]) -> bytes | None:
    """R, or None when the evidence does not have the form its kind asks for."""
    kind = rule["kind"]
    if kind == "drand" and set(evidence) == {"signature"} and is_hex(evidence["signature"], 48):
        return hashlib.sha256(bytes.fromhex(evidence["signature"])).digest()
    if kind == "spoken" and set(evidence) == {"digits"}:
        digits = evidence["digits"]
        if (
            isinstance(digits, str)
            and digits
            and set(digits) <= set("0123456789")
            and len(digits) == rule.get("digits")
        ):
            return suite.hash(lp("rd1/spoken") + lp(digits))
    if kind == "lottery" and set(evidence) == {"numbers"}:
        lists, sources = evidence["numbers"], rule.get("sources")
        if isinstance(lists, list) and isinstance(sources, list) and len(lists) == len(sources):
            text = _lottery_text(lists)
            return None if text is None else suite.hash(lp("rd1/lottery") + lp(text))
    return None


def _lottery_text(lists: list[Any]) -> str | None:
    """Per source its numbers ascending joined by ".", then "./"."""
    text = ""
    for numbers in lists:
        if not isinstance(numbers, list) or not numbers or not all(is_integer(x) and x >= 0 for x in numbers):
            return None
        text += ".".join(str(x) for x in sorted(numbers)) + "./"
    return text


def drand_signature_holds(number: int, signature: str) -> bool:
    """BLS on quicknet's curve (bls-unchained-g1-rfc9380)."""
    import drand_verify

    try:
        randomness = drand_verify.verify_quicknet(number, signature, QUICKNET_KEY)
    except (ValueError, OverflowError):
        return False
    return bool(randomness == hashlib.sha256(bytes.fromhex(signature)).hexdigest())
