"""V2 and V3: the lists are the frozen ones, and numbers and candidates are lawful."""

from collections.abc import Mapping
from typing import Any

from policies.rd1.candidates import check_candidates
from policies.rd1.draw import check_roots
from policies.rd1.draw_errors import LeastDiffers, RuleMissing, RulesDiffer, SizeDiffers
from policies.rd1.freeze import Lists, check_take, counts
from policies.rd1.manifests import least, rules_hash
from policies.verify.case import Case, Found

TREES = {"roster": "units", "officers": "officers", "bans": "bans"}
"""Member of the bundle behind each tree of the manifest."""


def _given(case: Case, name: str) -> Any:
    return tuple(tuple(row) for row in case.bundle.get(name, ()))


def v2(case: Case) -> Found:
    """V2: roster, officers and bans give the roots and sizes of the manifest."""
    suite, _ = case.hashes()
    key = bytes.fromhex(case.member("list_key"))
    there = Lists(key, *(_given(case, name) for name in TREES.values()))
    # Leaving one list out must not keep the others from being looked at.
    check_roots(suite, case.manifest, there, [tree for tree, name in TREES.items() if name in case.bundle])
    lists = case.frozen()
    sizes = {"units": len(lists.units), "officers": len(lists.officers), "bans": len(lists.bans)}
    return "lists", sizes


def _sizes(named: Mapping[str, int], found: Mapping[str, int], path: str) -> None:
    for name in sorted({*named, *found}):
        if named.get(name, 0) != found.get(name, 0):
            raise SizeDiffers(named.get(name, 0), path=f"{path} {name}", expected=found.get(name, 0))


def _least(rules: dict[str, Any], line: dict[str, Any]) -> None:
    if line["id"] not in rules:
        raise RuleMissing(line["id"], stratum=line["id"])
    lawful = least(rules[line["id"]], line["size"])
    if line["least"] != lawful:
        raise LeastDiffers(line["least"], stratum=line["id"], expected=lawful)


def v3(case: Case) -> Found:
    """V3: sizes match the lists, least ≤ take ≤ size, the rules yield `least`, candidates suffice."""
    suite, _ = case.hashes()
    manifest = case.manifest
    for line in manifest["strata"]:
        check_take(line["id"], line["least"], line["take"], line["size"])
    rules = case.bundle.get("rules")
    if rules is not None:
        got = rules_hash(suite, rules).hex()
        if got != manifest["rules"]:
            raise RulesDiffer(got, expected=manifest["rules"])
        for line in manifest["strata"]:
            _least(rules, line)
    units = case.member("units")
    strata, excluded = counts(units)
    _sizes({line["id"]: line["size"] for line in manifest["strata"]}, strata, "strata")
    _sizes({line["reason"]: line["size"] for line in manifest["excluded"]}, excluded, "excluded")
    named = (manifest["team"], manifest["crews"], manifest["min_candidates"])
    check_candidates(units, case.member("officers"), case.member("bans"), *named)
    case.member("rules")
    return "passed", {}
