"""Randomness nobody chose: what the manifest promises, what the evidence gives (protocol §4).

`drand` proves most. `spoken` trusts that platform and witness do not collude. That lottery or spoken
numbers are the true ones, software cannot know: verdicts list it as the assumption `numbers`.
"""

from collections.abc import Sequence
from typing import Any

import drand_verify

from policies.rd1 import forms
from policies.rd1.canonical import Suite, lp, sha256
from policies.rd1.draw_errors import BeaconFalse, BeaconNotByRule
from policies.rd1.moments import SECOND, nanoseconds

# Basis: drand quicknet, scheme bls-unchained-g1-rfc9380; pinned, since a bundle must not choose its beacon.
QUICKNET = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"
QUICKNET_KEY = (
    "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c"
    "8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb"
    "5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a"
)
GENESIS = 1692803367
PERIOD = 3
KINDS = ("drand", "lottery", "spoken")
LEAST_SOURCES = 3
LEAST_DIGITS = 20

_SIGNATURE = forms.fields({"signature": forms.hex_(48)})
_MOST = 1000


def round_at(beacon_at: str) -> int:
    """First quicknet round at or after an RFC 3339 time; raises ValueError when it is none."""
    moment = nanoseconds(beacon_at)
    if moment is None:
        raise ValueError(beacon_at)
    since = moment - GENESIS * SECOND
    return max(0, -(-since // (PERIOD * SECOND))) + 1


def round_time(number: int) -> int:
    """Nanoseconds since 1970 at which quicknet's round is born."""
    return (GENESIS + (number - 1) * PERIOD) * SECOND


def drand_rule(beacon_at: str) -> dict[str, Any]:
    """Manifest member `beacon` for drand."""
    return {"kind": "drand", "chain": QUICKNET, "round": round_at(beacon_at)}


def spoken_rule(count: int = LEAST_DIGITS) -> dict[str, Any]:
    """Manifest member `beacon` for digits called aloud."""
    return {"kind": "spoken", "digits": count}


def lottery_rule(sources: list[tuple[str, str]]) -> dict[str, Any]:
    """Manifest member `beacon` for national lotteries, as (name, issue)."""
    return {"kind": "lottery", "sources": [{"name": n, "issue": i} for n, i in sources]}


def rule_of(kind: str, beacon_at: str, sources: Sequence[tuple[str, str]] = ()) -> dict[str, Any]:
    """Manifest member `beacon` of the kind chosen, as the rule wants it.

    Args:
        kind: "drand", "lottery" or "spoken".
        beacon_at: RFC 3339 time of the manifest.
        sources: name and issue of each lottery; of no use to the other kinds, so refused there.

    Raises:
        BeaconNotByRule: another kind; fewer than three different lotteries, or lotteries for another kind.
        BadField: a name or issue that cannot be an id of the protocol.
    """
    if kind not in KINDS:
        raise BeaconNotByRule(kind, path="kind", expected=" / ".join(KINDS))
    if kind != "lottery":
        _refuse("sources", list(sources), [])
        return drand_rule(beacon_at) if kind == "drand" else spoken_rule()
    for number, (name, issue) in enumerate(sources):
        forms.id_(name, f"sources[{number}].name")
        forms.id_(issue, f"sources[{number}].issue")
    rule = lottery_rule(list(sources))
    check_rule({"beacon": rule, "beacon_at": beacon_at})
    return rule


def _refuse(path: str, got: object, expected: object) -> None:
    if got != expected:
        raise BeaconNotByRule(got, path=path, expected=expected)


def check_rule(manifest: dict[str, Any]) -> None:
    """The beacon is named by rule: quicknet's right round, 3 different lotteries, 20 digits.

    Raises:
        BeaconNotByRule: with the member and what the rule asks for.
    """
    rule = manifest["beacon"]
    if rule["kind"] == "drand":
        _refuse("chain", rule["chain"], QUICKNET)
        _refuse("round", rule["round"], round_at(manifest["beacon_at"]))
    elif rule["kind"] == "lottery":
        named = {source["name"] for source in rule["sources"]}
        if len(named) < LEAST_SOURCES or len(named) < len(rule["sources"]):
            raise BeaconNotByRule(len(named), path="sources", expected=f"≥ {LEAST_SOURCES}")
    elif rule["digits"] < LEAST_DIGITS:
        raise BeaconNotByRule(rule["digits"], path="digits", expected=f"≥ {LEAST_DIGITS}")


def check_evidence(rule: dict[str, Any], evidence: object) -> None:
    """Form of the evidence for a rule; raises BadField, MissingField or UnknownField."""
    if rule["kind"] == "drand":
        _SIGNATURE(evidence, "beacon")
    elif rule["kind"] == "lottery":
        count = len(rule["sources"])
        numbers = forms.listing(forms.integer(0, 10**6), _MOST, 1)
        forms.fields({"numbers": forms.listing(numbers, count, count)})(evidence, "beacon")
    else:
        forms.fields({"digits": forms.digits(rule["digits"])})(evidence, "beacon")


def value(suite: Suite, rule: dict[str, Any], evidence: dict[str, Any]) -> bytes:
    """R, 32 bytes, from evidence whose form was checked; says nothing on a drand signature's truth."""
    if rule["kind"] == "drand":
        return sha256(bytes.fromhex(evidence["signature"]))
    if rule["kind"] == "lottery":
        joined = "".join(".".join(map(str, sorted(one))) + "./" for one in evidence["numbers"])
        return suite.h(lp("rd1/lottery") + lp(joined))
    return suite.h(lp("rd1/spoken") + lp(evidence["digits"]))


def check_signature(rule: dict[str, Any], evidence: dict[str, Any]) -> None:
    """A drand signature must be quicknet's of that round; raises BeaconFalse. Others have none."""
    if rule["kind"] != "drand":
        return
    try:
        drand_verify.verify_quicknet(rule["round"], evidence["signature"], QUICKNET_KEY)
    except (ValueError, OverflowError) as error:
        raise BeaconFalse(evidence["signature"]) from error
