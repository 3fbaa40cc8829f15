"""Freezing a draw: lists, their roots, the manifest and the commitments (protocol §1–§3)."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from policies.rd1 import forms, merkle
from policies.rd1.candidates import check_candidates
from policies.rd1.canonical import Suite, lp, salted, suite_of, u8, u32, u64
from policies.rd1.draw_errors import FrozenLate, RoleMissing, RuleMissing, TakeOutOfRange
from policies.rd1.form_errors import BadField, NotAscending
from policies.rd1.manifests import FIRST, ROLES, check_manifest, check_rules, least, manifest_hash, rules_hash
from policies.rd1.moments import nanoseconds

__all__ = [
    "FIRST",
    "Lists",
    "commitment",
    "counts",
    "least",
    "make_manifest",
    "manifest_hash",
    "officer_salt",
    "pseudonym",
    "roots",
    "rules_hash",
    "unit_proof",
]

U32 = 2**32 - 1


@dataclass(frozen=True, slots=True)
class Lists:
    """What is frozen, each list strictly ascending by id (UTF-8 bytes).

    Attributes:
        list_key: 32 random bytes of this draw.
        units: (uid, stratum), or (uid, "-reason") for a site that may not be drawn.
        officers: (oid, lead 0 or 1, cap: most visits in this draw, 0 = on leave).
        bans: (oid, uid).
    """

    list_key: bytes
    units: tuple[tuple[str, str], ...]
    officers: tuple[tuple[str, int, int], ...]
    bans: tuple[tuple[str, str], ...]

    @classmethod
    def of(
        cls,
        list_key: bytes,
        units: Iterable[tuple[str, str]],
        officers: Iterable[tuple[str, int, int]],
        bans: Iterable[tuple[str, str]],
    ) -> "Lists":
        """Lists sorted as the protocol wants them; duplicates are left for `make_manifest` to refuse."""
        return cls(list_key, tuple(sorted(units)), tuple(sorted(officers)), tuple(sorted(bans)))


def _class(value: object, path: str) -> None:
    forms.id_(value, path)
    if value == "-":
        raise BadField(value, path=path, shape="class")


UNITS = forms.listing(forms.row(forms.id_, _class))
OFFICERS = forms.listing(forms.row(forms.id_, forms.integer(0, 1), forms.integer(0, U32)))
BANS = forms.listing(forms.row(forms.id_, forms.id_))


def ascending(path: str, keys: Sequence[Any]) -> None:
    """Refuse keys that do not strictly ascend (code point order equals UTF-8 byte order)."""
    for before, after in pairwise(keys):
        if not before < after:
            raise NotAscending(after, path=path)


def check_lists(units: Any, officers: Any, bans: Any) -> None:
    """Form and order of the three lists as JSON rows; raises BadField or NotAscending."""
    UNITS(units, "units")
    OFFICERS(officers, "officers")
    BANS(bans, "bans")
    ascending("units", [u[0] for u in units])
    ascending("officers", [o[0] for o in officers])
    ascending("bans", [(b[0], b[1]) for b in bans])


def unit_leaves(suite: Suite, lists: Lists) -> list[bytes]:
    """Leaf data of the roster, in order."""
    mac, head = suite.keyed(lists.list_key), lp("rd1/unit")
    return [head + salted(mac, "unit", lp(uid) + lp(stratum)) for uid, stratum in lists.units]


def officer_leaves(suite: Suite, lists: Lists) -> list[bytes]:
    """Leaf data of the officers, in order."""
    mac, head = suite.keyed(lists.list_key), lp("rd1/officer")
    return [head + salted(mac, "officer", lp(oid) + u8(lead) + u32(cap)) for oid, lead, cap in lists.officers]


def ban_leaves(suite: Suite, lists: Lists) -> list[bytes]:
    """Leaf data of the bans, in order."""
    mac, head = suite.keyed(lists.list_key), lp("rd1/ban")
    return [head + salted(mac, "ban", lp(oid) + lp(uid)) for oid, uid in lists.bans]


def roots(suite: Suite, lists: Lists) -> dict[str, dict[str, Any]]:
    """The manifest's members roster, officers and bans: {name: {root: hex, size}}."""
    leaves = {
        "roster": unit_leaves(suite, lists),
        "officers": officer_leaves(suite, lists),
        "bans": ban_leaves(suite, lists),
    }
    return {name: {"root": merkle.mth(suite.h, of).hex(), "size": len(of)} for name, of in leaves.items()}


def unit_proof(suite: Suite, lists: Lists, uid: str) -> tuple[bytes, int, list[bytes]]:
    """A firm's own leaf: (leaf data, index, audit path to roster.root); raises KeyError when not listed.

    Handed out only once the draw is opened: earlier it would reveal "-capped".
    """
    index = next((i for i, (one, _) in enumerate(lists.units) if one == uid), None)
    if index is None:
        raise KeyError(uid)
    leaves = unit_leaves(suite, lists)
    hashes = [merkle.leaf_hash(suite.h, leaf) for leaf in leaves]
    return leaves[index], index, merkle.inclusion_path(suite.h, hashes, index)


def counts(units: Iterable[Sequence[str]]) -> tuple[Counter[str], Counter[str]]:
    """Sizes of the strata, and of the excluded by reason (without "-")."""
    strata: Counter[str] = Counter()
    excluded: Counter[str] = Counter()
    for _, stratum in units:
        if stratum.startswith("-"):
            excluded[stratum[1:]] += 1
        else:
            strata[stratum] += 1
    return strata, excluded


def check_take(stratum: str, least_: int, take: int, size: int) -> None:
    """Refuse unless least ≤ take ≤ size; raises TakeOutOfRange."""
    if not least_ <= take <= size:
        raise TakeOutOfRange(take, stratum=stratum, least=least_, size=size)


def check_roles(commits: Sequence[Mapping[str, str]]) -> None:
    """Platform and bureau once each, a witness at most once; raises RoleMissing."""
    named = [c["role"] for c in commits]
    if len(set(named)) != len(named) or not {"platform", "bureau"} <= set(named) <= set(ROLES):
        raise RoleMissing(", ".join(named))


def _strata(rules: dict[str, Any], takes: Mapping[str, int], sizes: Counter[str]) -> list[dict[str, Any]]:
    lines = []
    for stratum in sorted({*rules, *sizes, *takes}):
        if stratum not in rules:
            raise RuleMissing(stratum, stratum=stratum)
        size = sizes[stratum]
        low = least(rules[stratum], size)
        take = takes.get(stratum, low)
        check_take(stratum, low, take, size)
        lines.append({"id": stratum, "size": size, "least": low, "take": take})
    return lines


def make_manifest(
    lists: Lists,
    *,
    rules: dict[str, Any],
    takes: Mapping[str, int],
    suite: int,
    bureau: str,
    subject: str,
    item: str,
    kind: str,
    period: str,
    draw_no: int,
    prev: str,
    frozen_at: str,
    beacon_at: str,
    reveal_by: str,
    team: int,
    crews: int,
    min_candidates: int,
    walk_per_slot: int,
    beacon: dict[str, Any],
    commits: Sequence[dict[str, str]],
) -> dict[str, Any]:
    """The manifest of a draw that is sure to succeed, ready to be logged.

    Args:
        lists: sorted lists, see `Lists.of`.
        rules: {stratum: {base, value, …}} of the period; the manifest carries their hash.
        takes: number to draw by stratum; a stratum left out takes its lawful minimum.
        prev: hex M of the bureau's previous draw, FIRST for draw_no 1.
        frozen_at, beacon_at: RFC 3339; reveal_by: date.
        beacon: the rule, see `policies.rd1.beacon`.
        commits: [{role, c}], c from `commitment`, in hex.

    Raises:
        NotAscending, BadField: lists or arguments are not of their form.
        TakeOutOfRange, RuleMissing: numbers do not follow from the rules.
        TooFewCandidates, NoLead, TooFewForCrews, TooManyBanned, TeamTooLarge: teams are not assured.
        RoleMissing, FrozenLate, TooMuchWork: the rest.
    """
    check_rules(rules, "rules")
    forms.hex_(32)(lists.list_key.hex(), "list_key")
    check_lists(
        [list(u) for u in lists.units], [list(o) for o in lists.officers], [list(b) for b in lists.bans]
    )
    bytes_of = suite_of(suite)
    sizes, excluded = counts(lists.units)
    manifest = {
        "v": "rd1",
        "suite": suite,
        "bureau": bureau,
        "subject": subject,
        "item": item,
        "kind": kind,
        "period": period,
        "draw_no": draw_no,
        "prev": prev,
        "rules": rules_hash(bytes_of, rules).hex(),
        "frozen_at": frozen_at,
        "beacon_at": beacon_at,
        "reveal_by": reveal_by,
        **roots(bytes_of, lists),
        "strata": _strata(rules, takes, sizes),
        "excluded": [{"reason": r, "size": excluded[r]} for r in sorted(excluded)],
        "team": team,
        "crews": crews,
        "min_candidates": min_candidates,
        "walk_per_slot": walk_per_slot,
        "beacon": dict(beacon),
        "commits": [dict(c) for c in commits],
    }
    check_manifest(manifest)
    check_roles(commits)
    check_frozen(manifest)
    check_candidates(lists.units, lists.officers, lists.bans, team, crews, min_candidates)
    return manifest


def check_frozen(manifest: dict[str, Any]) -> None:
    """Refuse a list frozen no earlier than its beacon; raises FrozenLate."""
    frozen, limit = nanoseconds(manifest["frozen_at"]), nanoseconds(manifest["beacon_at"])
    if frozen is None or limit is None or frozen >= limit:
        raise FrozenLate(manifest["frozen_at"], limit=manifest["beacon_at"])


def commitment(suite: Suite, bureau: str, draw_no: int, role: str, key: bytes) -> bytes:
    """c = H(LP("rd1/commit")‖LP(bureau)‖u64(draw_no)‖LP(role)‖K); K is 32 random bytes."""
    return suite.h(lp("rd1/commit") + lp(bureau) + u64(draw_no) + lp(role) + key)


def officer_salt(suite: Suite, key: bytes, certificate: str) -> bytes:
    """16 bytes that hide a certificate number; `key` is the bureau's own, opened only to its superior."""
    return suite.mac(key, lp("oid") + lp(certificate))[:16]


def pseudonym(suite: Suite, salt: bytes, certificate: str) -> str:
    """Officer id of one draw: "o-" and 16 hex digits of H(LP("rd1/oid")‖salt‖LP(certificate))."""
    return "o-" + suite.h(lp("rd1/oid") + salt + lp(certificate)).hex()[:16]
