"""The draw: seed, tickets, teams, result (protocol §5–§8). A pure function of what was committed."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from policies.rd1 import beacon, crews, merkle, pairing
from policies.rd1.bench import Bench
from policies.rd1.canonical import Keyed, Named, Suite, lp, suite_of, u32
from policies.rd1.draw_errors import KeyDiffers, NoLawfulTeam, RoleMissing, RootDiffers
from policies.rd1.freeze import Lists, commitment, roots
from policies.rd1.manifests import check_manifest, check_work, manifest_hash
from policies.rd1.walk import walk


@dataclass(frozen=True, slots=True)
class Seed:
    """PRK (32 bytes) and the three keyed MACs derived from it; `ticket` takes the site's id as text."""

    prk: bytes
    ticket: Named
    assign: Keyed
    salt: Keyed


@dataclass(frozen=True, slots=True)
class Pick:
    """A drawn site; rank counts from 0 in its stratum, ticket has 32 bytes."""

    uid: str
    stratum: str
    rank: int
    ticket: bytes


@dataclass(frozen=True, slots=True)
class Leaf:
    """One result leaf: salt 16 bytes, data as committed, hash H(00‖data)."""

    uid: str
    salt: bytes
    data: bytes
    hash: bytes


@dataclass(frozen=True, slots=True)
class Teams:
    """Teams as ids.

    Attributes:
        crews: members by crew name, lead first; empty without fixed crews.
        start: by site in role order; crew names with fixed crews.
        teams: by site, officers sorted by id, after the walk.
        over_caps: visits above the cap, by officer; flagged, not refused.
    """

    crews: dict[str, tuple[str, ...]]
    start: dict[str, tuple[str, ...]]
    teams: dict[str, tuple[str, ...]]
    over_caps: dict[str, int]


@dataclass(frozen=True, slots=True)
class Drawn:
    """Everything that follows from manifest, lists, keys and evidence.

    Attributes:
        m, r, prk, root: 32 bytes each; root is Z.
        picks: drawn sites, ascending by uid.
        order: by stratum all sites by ticket; the first `take` are drawn, the rest is the reserve.
        crews, start, teams, over_caps: see `Teams`.
        leaves: result leaves in the order of their hashes.
    """

    m: bytes
    r: bytes
    prk: bytes
    picks: tuple[Pick, ...]
    order: dict[str, tuple[str, ...]]
    crews: dict[str, tuple[str, ...]]
    start: dict[str, tuple[str, ...]]
    teams: dict[str, tuple[str, ...]]
    leaves: tuple[Leaf, ...]
    root: bytes
    over_caps: dict[str, int]

    def index(self, uid: str) -> int:
        """Index of a drawn site's leaf; raises KeyError for a site that was not drawn."""
        for i, leaf in enumerate(self.leaves):
            if leaf.uid == uid:
                return i
        raise KeyError(uid)


def seed(suite: Suite, keys: Sequence[bytes], m: bytes, r: bytes) -> Seed:
    """PRK = MAC(K₁‖…‖Kₙ, LP("rd1/prk")‖M‖R) and its three keys; keys in the order of `commits`."""
    return seed_of(suite, suite.mac(b"".join(keys), lp("rd1/prk") + m + r))


def seed_of(suite: Suite, prk: bytes) -> Seed:
    """The three keys derived from PRK: MAC(PRK, "rd1/ticket" | "rd1/assign" | "rd1/salt")."""
    derive = suite.keyed(prk)
    assign, salt = (suite.keyed(derive(b"rd1/" + use)) for use in (b"assign", b"salt"))
    return Seed(prk, suite.named(derive(b"rd1/ticket")), assign, salt)


def rank(
    ticket: Named, strata: Iterable[Mapping[str, Any]], units: Iterable[Sequence[str]]
) -> tuple[dict[str, tuple[str, ...]], tuple[Pick, ...]]:
    """Tickets and ranks: (all sites of each stratum by (ticket, uid), the drawn ones by uid).

    Args:
        ticket: keyed with k_ticket; the stratum is deliberately not in the ticket.
        strata: the manifest's lines.
        units: (uid, stratum); strata the manifest does not list are passed over.
    """
    takes = {str(line["id"]): int(line["take"]) for line in strata}
    order: dict[str, list[str]] = {stratum: [] for stratum in takes}
    for uid, stratum in units:
        if stratum in order:
            order[stratum].append(uid)
    picks: list[Pick] = []
    for stratum, row in order.items():
        # Units ascend and the sort is stable, so equal tickets would stay in order of uid. Only the drawn
        # sites' tickets are kept: millions of them would be most of the memory.
        row.sort(key=ticket)
        picks += [Pick(uid, stratum, i, ticket(uid)) for i, uid in enumerate(row[: takes[stratum]])]
    picks.sort(key=lambda pick: pick.uid)
    return {stratum: tuple(row) for stratum, row in order.items()}, tuple(picks)


Positions = Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class Pairing:
    """One draw's team making in two steps, so that a verifier can report each of them.

    Attributes:
        officers: bench of the committed officers.
        bench: what Start and Walk run on: crews, or the officers again.
        crews: members by crew name as positions; empty without fixed crews.
        start: teams before the walk, in role order.
    """

    officers: Bench
    bench: Bench
    crews: dict[str, tuple[int, ...]]
    start: dict[str, tuple[int, ...]]


def pair(officers: Bench, crew_count: int, uids: Sequence[str]) -> Pairing:
    """Deal the crews, if any, and make the start; raises TooFewForCrews, NoLawfulTeam or TooMuchWork."""
    check_work(len(uids), len(officers.ids), officers.size, 0)
    dealt = crews.deal(officers, crew_count) if crew_count else {}
    bench = crews.as_bench(officers, dealt) if dealt else officers
    return Pairing(officers, bench, dealt, pairing.start(bench, uids))


def mix(made: Pairing, per_slot: int) -> Teams:
    """Walk, replace crews by their members, and check that every team is lawful.

    Raises:
        NoLawfulTeam: none was found; frozen lists exclude it.
        TooMuchWork: more steps than anyone could check.
    """
    check_work(len(made.start), 0, made.bench.size, per_slot)
    walked = walk(made.bench, made.start, per_slot)
    members = tuple(made.crews.values())
    final: Positions = walked
    if members:
        final = {uid: tuple(sorted(members[team[0]])) for uid, team in walked.items()}
    for uid, team in final.items():
        if not made.officers.lawful(team, uid):
            raise NoLawfulTeam(uid=uid)
    ids, loads = made.officers.ids, made.officers.loads(final.values())
    caps = made.officers.caps
    return Teams(
        {name: _names(ids, team) for name, team in made.crews.items()},
        {uid: _names(made.bench.ids, team) for uid, team in made.start.items()},
        {uid: _names(ids, team) for uid, team in final.items()},
        {oid: load - cap for oid, load, cap in zip(ids, loads, caps, strict=True) if load > cap},
    )


def _names(ids: Sequence[str], team: Iterable[int]) -> tuple[str, ...]:
    return tuple(ids[i] for i in team)


def result(
    suite: Suite, m: bytes, salt: Keyed, picks: Iterable[Pick], teams: Mapping[str, Sequence[str]]
) -> tuple[tuple[Leaf, ...], bytes]:
    """Result leaves by leaf hash (any other order would leak) and their root Z.

    Args:
        salt: MAC keyed with k_salt.
        teams: sorted officer ids by site.
    """
    head, leaves = lp("rd1/result") + m, []
    for pick in picks:
        salt16 = salt(lp(pick.uid))[:16]
        body = lp(pick.uid) + lp(pick.stratum) + u32(pick.rank) + pick.ticket
        data = head + salt16 + body + lp(",".join(teams[pick.uid]))
        leaves.append(Leaf(pick.uid, salt16, data, merkle.leaf_hash(suite.h, data)))
    leaves.sort(key=lambda leaf: leaf.hash)
    return tuple(leaves), merkle.root(suite.h, [leaf.hash for leaf in leaves])


def check_keys(suite: Suite, manifest: Mapping[str, Any], keys: Sequence[bytes]) -> None:
    """Every key opens its commitment; raises RoleMissing (wrong number) or KeyDiffers."""
    commits = manifest["commits"]
    if len(keys) != len(commits):
        raise RoleMissing(len(keys))
    for commit, key in zip(commits, keys, strict=True):
        c = commitment(suite, manifest["bureau"], manifest["draw_no"], commit["role"], key)
        if c.hex() != commit["c"]:
            raise KeyDiffers(role=commit["role"])


def check_roots(
    suite: Suite,
    manifest: Mapping[str, Any],
    lists: Lists,
    names: Collection[str] = ("roster", "officers", "bans"),
) -> None:
    """The lists of these names are those that were frozen; raises RootDiffers."""
    for name, tree in roots(suite, lists).items():
        if name in names and tree != manifest[name]:
            raise RootDiffers(tree["root"], path=name, expected=manifest[name]["root"])


def result_path(suite: Suite, drawn: Drawn, uid: str) -> tuple[int, list[bytes]]:
    """Index and audit path to Z of a drawn site's leaf; raises KeyError."""
    index = drawn.index(uid)
    return index, merkle.inclusion_path(suite.h, [leaf.hash for leaf in drawn.leaves], index)


def draw(manifest: dict[str, Any], lists: Lists, keys: Sequence[bytes], evidence: dict[str, Any]) -> Drawn:
    """Run a frozen draw.

    Args:
        manifest: as logged.
        lists: as frozen; checked against the manifest's roots.
        keys: 32 bytes each, in the order of `commits`; checked against the commitments.
        evidence: the beacon's, by the manifest's rule: {signature}, {numbers} or {digits}.

    Raises:
        RootDiffers, KeyDiffers, RoleMissing: something is not what was committed.
        BadField, BeaconFalse: the evidence is not of its form, or drand's signature is not valid.
    """
    check_manifest(manifest)
    suite = suite_of(manifest["suite"])
    check_roots(suite, manifest, lists)
    check_keys(suite, manifest, keys)
    beacon.check_evidence(manifest["beacon"], evidence)
    beacon.check_signature(manifest["beacon"], evidence)
    m = manifest_hash(manifest)
    r = beacon.value(suite, manifest["beacon"], evidence)
    seeds = seed(suite, keys, m, r)
    order, picks = rank(seeds.ticket, manifest["strata"], lists.units)
    officers = Bench.of(seeds.assign, manifest["team"], lists.officers, lists.bans)
    teams = mix(pair(officers, manifest["crews"], [pick.uid for pick in picks]), manifest["walk_per_slot"])
    leaves, root = result(suite, m, seeds.salt, picks, teams.teams)
    return Drawn(
        m, r, seeds.prk, picks, order, teams.crews, teams.start, teams.teams, leaves, root, teams.over_caps
    )
