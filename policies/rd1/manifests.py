"""Form of the manifest, its rules and its beacon rule (protocol §2, §4), and limits on the work."""

from collections.abc import Iterable
from typing import Any

from policies.rd1 import forms
from policies.rd1.canonical import Suite, jcs, suite_of
from policies.rd1.form_errors import BadField, NotAscending, TooMuchWork, UnsupportedVersion, short

HEX32 = forms.hex_(32)
KINDS = ("routine", "overlay", "audit")
ROLES = ("platform", "bureau", "witness")
FIRST = "0" * 64

# No county, city or province comes near these; beyond them a check would take hours.
MOST_WALK = 10_000_000
MOST_PAIRS = 5_000_000
MOST_LOOKS = 100_000_000
MOST_TEAM = 64
MOST_CREWS = 999

_TREE = forms.fields({"root": HEX32, "size": forms.integer()})
_BEACONS = {
    "drand": forms.fields({"kind": forms.text, "chain": HEX32, "round": forms.integer(1)}),
    "lottery": forms.fields(
        {
            "kind": forms.text,
            "sources": forms.listing(forms.fields({"name": forms.id_, "issue": forms.id_}), 100),
        }
    ),
    "spoken": forms.fields({"kind": forms.text, "digits": forms.integer(1, 1000)}),
}


def _reason(value: object, path: str) -> None:
    forms.id_(value, path)
    if str(value).startswith("-"):
        raise BadField(value, path=path, shape="id")


_MANIFEST = forms.fields(
    {
        "v": forms.choice("rd1"),
        "suite": forms.integer(1, 2),
        "bureau": forms.id_,
        "subject": forms.id_,
        "item": forms.id_,
        "kind": forms.choice(*KINDS),
        "period": forms.id_,
        "draw_no": forms.integer(1),
        "prev": HEX32,
        "rules": HEX32,
        "frozen_at": forms.moment,
        "beacon_at": forms.moment,
        "reveal_by": forms.day,
        "roster": _TREE,
        "officers": _TREE,
        "bans": _TREE,
        "strata": forms.listing(
            forms.fields(
                {
                    "id": _reason,
                    "size": forms.integer(),
                    "least": forms.integer(),
                    "take": forms.integer(0, 2**32 - 1),
                }
            ),
            1000,
        ),
        "excluded": forms.listing(forms.fields({"reason": _reason, "size": forms.integer()}), 1000),
        "team": forms.integer(2, MOST_TEAM),
        "crews": forms.integer(0, MOST_CREWS),
        "min_candidates": forms.integer(1),
        "walk_per_slot": forms.integer(),
        "beacon": forms.variants("kind", _BEACONS),
        "commits": forms.listing(forms.fields({"role": forms.choice(*ROLES), "c": HEX32}), len(ROLES)),
    }
)


def check_version(manifest: object) -> None:
    """Refuse a `v` or `suite` this version does not know; raises UnsupportedVersion."""
    if type(manifest) is not dict:
        raise UnsupportedVersion(short(manifest))
    if manifest.get("v") != "rd1":
        raise UnsupportedVersion(short(manifest.get("v")))
    suite_of(manifest.get("suite"))


def _distinct(values: Iterable[str], path: str) -> None:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise NotAscending(value, path=path)
        seen.add(value)


def bounded(path: str, value: int, limit: int) -> None:
    """Refuse work that would not end; raises TooMuchWork."""
    if value > limit:
        raise TooMuchWork(value, path=path, limit=limit)


def check_work(visits: int, officers: int, slots: int, per_slot: int) -> None:
    """Refuse numbers of visits, officers, slots a visit and steps a slot that nobody could check."""
    bounded("walk_per_slot × team × visits", per_slot * slots * visits, MOST_WALK)
    bounded("officers × visits", officers * visits, MOST_PAIRS)


def check_manifest(manifest: Any) -> None:
    """Exactly the fields of the protocol in their forms, ids once each, and a bounded amount of work.

    Raises:
        BadField, MissingField, UnknownField: form.
        NotAscending: a stratum, reason or role named twice.
        TooMuchWork: more walk steps or candidate pairs than anyone could check.
    """
    _MANIFEST(manifest, "manifest")
    _distinct((s["id"] for s in manifest["strata"]), "manifest.strata")
    _distinct((e["reason"] for e in manifest["excluded"]), "manifest.excluded")
    slots = 1 if manifest["crews"] else manifest["team"]
    visits = sum(min(s["take"], s["size"]) for s in manifest["strata"])
    check_work(visits, manifest["officers"]["size"], slots, manifest["walk_per_slot"])


_RULE = {
    "share": forms.share,
    "census": forms.free,
    "number": forms.integer(),
}


def _rule(value: object, path: str) -> None:
    if type(value) is not dict:
        raise BadField(value, path=path, shape="object")
    base = value.get("base")
    forms.choice(*_RULE)(base, f"{path}.base")
    _RULE[str(base)](value.get("value"), f"{path}.value")


check_rules = forms.table(_rule)
"""Shape of the rules: {stratum: {base, value, …free}}; raises BadField."""


def least(rule: dict[str, Any], size: int) -> int:
    """Smallest lawful number to take from `size` sites under one rule of the protocol, never more than size.

    Args:
        rule: base "share" with value "p/q" (⌈p·size/q⌉), "census" (size), "number" (value).
        size: sites of the stratum that may be drawn.
    """
    if rule["base"] == "census":
        return size
    if rule["base"] == "number":
        return min(size, int(rule["value"]))
    p, q = map(int, rule["value"].split("/"))
    return min(size, -(-p * size // q))


def rules_hash(suite: Suite, rules: dict[str, Any]) -> bytes:
    """H of the canonical JSON of the rules."""
    return suite.h(jcs(rules))


def manifest_hash(manifest: dict[str, Any]) -> bytes:
    """M: H of the canonical JSON of the manifest, in the manifest's own suite."""
    return suite_of(manifest["suite"]).h(jcs(manifest))
