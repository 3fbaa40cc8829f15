"""V1: fields, types, ids, order. Malformed members are set aside, so that the others can still be checked."""

from collections.abc import Callable
from typing import Any

from policies.errors import Problem
from policies.rd1 import forms
from policies.rd1.canonical import exact, suite_of
from policies.rd1.changes import check_event
from policies.rd1.form_errors import BadField, MissingField, UnknownField, short
from policies.rd1.freeze import BANS, OFFICERS, UNITS, Lists, ascending
from policies.rd1.logs import check_entry
from policies.rd1.logs_notes import parse_checkpoint
from policies.rd1.manifests import HEX32, check_manifest, check_rules, check_version, manifest_hash
from policies.verify.case import Case, Found, LogView

MOST_ENTRIES = 1_000_000
MOST_PROOF = 64

_ENTRIES = forms.listing(
    forms.fields(
        {
            "index": forms.integer(),
            "entry": check_entry,
            "proof": forms.listing(HEX32, MOST_PROOF),
        }
    ),
    MOST_ENTRIES,
)
_TREE = {"checkpoint": forms.text, "entries": _ENTRIES}
_LOG = forms.fields(_TREE, {"before": forms.fields(_TREE)})
_EVENT = forms.fields({"salt": forms.hex_(16), "event": check_event})
_PUBLISHED = forms.fields({"manifest": HEX32, "beacon": HEX32, "root": HEX32})


def _manifest(value: Any) -> None:
    check_version(value)
    check_manifest(value)


def _units(value: Any) -> None:
    UNITS(value, "units")
    ascending("units", [row[0] for row in value])


def _officers(value: Any) -> None:
    OFFICERS(value, "officers")
    ascending("officers", [row[0] for row in value])


def _bans(value: Any) -> None:
    BANS(value, "bans")
    ascending("bans", [tuple(row) for row in value])


def _log(value: Any) -> None:
    _LOG(value, "log")
    for path, part in (("log", value), ("log.before", value.get("before"))):
        if part is not None:
            parse_checkpoint(part["checkpoint"])
            _once(part["entries"], path)


def _once(entries: list[dict[str, Any]], path: str) -> None:
    ascending(f"{path}.entries.index", sorted(one["index"] for one in entries))


def _any(value: Any) -> None:
    """The evidence: its form depends on the rule and belongs to V6."""
    if type(value) is not dict:
        raise BadField(value, path="beacon", shape="object")


MEMBERS: dict[str, Callable[[Any], None]] = {
    "manifest": _manifest,
    "rules": lambda value: check_rules(value, "rules"),
    "list_key": lambda value: HEX32(value, "list_key"),
    "units": _units,
    "officers": _officers,
    "bans": _bans,
    "keys": lambda value: forms.listing(HEX32, 100)(value, "keys"),
    "beacon": _any,
    "published": lambda value: _PUBLISHED(value, "published"),
    "events": lambda value: forms.listing(_EVENT)(value, "events"),
    "log": _log,
}


def sift(value: object) -> tuple[dict[str, Any], frozenset[str], list[Problem]]:
    """Well-formed members of a bundle, names of malformed ones, and what was wrong."""
    if type(value) is not dict:
        return {}, frozenset(), [BadField(short(value), path="bundle", shape="object")]
    good: dict[str, Any] = {}
    faults: list[Problem] = []
    for name, member in value.items():
        try:
            if name not in MEMBERS:
                raise UnknownField(short(name), path="bundle")
            exact(member)
            MEMBERS[name](member)
            good[name] = member
        except Problem as fault:
            faults.append(fault)
    if "manifest" not in value:
        faults.append(MissingField("manifest", path="bundle"))
    return good, frozenset(n for n in value if n in MEMBERS and n not in good), faults


def _view(path: str, part: dict[str, Any] | None) -> LogView | None:
    if part is None:
        return None
    rows = [(one["index"], one["entry"], one["proof"]) for one in part["entries"]]
    return LogView(path, parse_checkpoint(part["checkpoint"]), rows)


def open_case(value: object, trust: Any) -> Case:
    """The case of a bundle: sifted, with M, lists and log views made ready."""
    good, malformed, faults = sift(value)
    case = Case(good, trust, malformed, faults=list(faults))
    if "manifest" in good:
        case.suite = suite_of(good["manifest"]["suite"])
        case.m = manifest_hash(good["manifest"])
    if {"list_key", "units", "officers", "bans"} <= good.keys():
        case.lists = Lists(
            bytes.fromhex(good["list_key"]),
            tuple((uid, stratum) for uid, stratum in good["units"]),
            tuple((oid, lead, cap) for oid, lead, cap in good["officers"]),
            tuple((oid, uid) for oid, uid in good["bans"]),
        )
    if "log" in good:
        case.log = _view("log", good["log"])
        case.before = _view("log.before", good["log"].get("before"))
    return case


def v1(case: Case) -> Found:
    """V1: the bundle has the protocol's fields and types, ids are ids, and lists ascend strictly."""
    if case.faults:
        raise case.faults[0]
    return "passed", {}
