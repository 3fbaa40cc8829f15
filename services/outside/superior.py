"""The superior's opening on its own device: secrets out of their copies, the draw computed again.

The device trusts nothing it was sent: the copies must open the logged commitments, the lists must hash to the
manifest's roots, and what follows must be the logged result. Basis: rd1 §3, §11.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from policies.rd1.changes import standing_after
from policies.rd1.draw import draw as compute
from policies.rd1.freeze import Lists
from services.outside.errors import NotTheManifest
from services.outside.folder import Device
from services.outside.witness import open_copy, open_for

SETTLED = ("reviewed", "published", "cancelled")


@dataclass(frozen=True, slots=True)
class SeenVisit:
    """One visit as the superior sees it; `state` and `visit_on` as the deployment told them."""

    uid: str
    name: str
    team: tuple[str, ...]
    state: str
    visit_on: str


@dataclass(frozen=True, slots=True)
class Seen:
    """The list as the superior recomputed it.

    Attributes:
        root: hex Z; it is the published one, else nothing is told.
        visits: those that stand after all changes, by site code.
        outstanding: how many of them are not settled. events: changes so far.
    """

    bureau: str
    draw_no: int
    root: str
    visits: tuple[SeenVisit, ...]
    outstanding: int
    events: int

    def as_dict(self) -> dict[str, Any]:
        """JSON form."""
        return asdict(self)


def superior_context(bureau: str, draw_no: int) -> bytes:
    """What the pack is bound to: it opens for this draw only."""
    return f"rd1/superior/{bureau}/{draw_no}".encode()


def open_pack(device: Device, pack: Mapping[str, Any]) -> Seen:
    """Open a pack of `superior_open`, and check it against what was committed and logged.

    Args:
        device: the witness's own folder. pack: manifest, copies (hex), beacon, published, sealed (hex).

    Raises:
        CopyUnreadable, CopyMismatch: a copy is not the committed secret.
        RootDiffers, KeyDiffers, BadField: the lists are not those that were frozen.
        NotTheManifest: another result follows than the one that was published.
    """
    manifest = dict(pack["manifest"])
    roles = [commit["role"] for commit in manifest["commits"]]
    keys = [open_copy(device, manifest, role, bytes.fromhex(pack["copies"][role])) for role in roles]
    context = superior_context(manifest["bureau"], manifest["draw_no"])
    inside = json.loads(open_for(device, bytes.fromhex(pack["sealed"]), context))
    lists = _lists(inside)
    drawn = compute(manifest, lists, keys, dict(pack["beacon"]))
    found = {"manifest": drawn.m.hex(), "beacon": drawn.r.hex(), "root": drawn.root.hex()}
    if found != pack["published"]:
        raise NotTheManifest(drawn.root.hex(), need=str(pack["published"]["root"]))
    standing = standing_after(manifest, lists, drawn, [one["event"] for one in inside["events"]])
    visits = tuple(_visit(uid, standing.teams[uid], inside) for uid in sorted(standing.teams))
    left = sum(one.state not in SETTLED for one in visits)
    return Seen(manifest["bureau"], manifest["draw_no"], found["root"], visits, left, len(inside["events"]))


def _lists(inside: Mapping[str, Any]) -> Lists:
    return Lists(
        bytes.fromhex(inside["list_key"]),
        tuple((uid, stratum) for uid, stratum in inside["units"]),
        tuple((oid, lead, cap) for oid, lead, cap in inside["officers"]),
        tuple((oid, uid) for oid, uid in inside["bans"]),
    )


def _visit(uid: str, team: tuple[str, ...], inside: Mapping[str, Any]) -> SeenVisit:
    names, people = inside["names"]["sites"], inside["names"]["officers"]
    states = {one: (state, day) for one, state, day in inside["visits"] if state != "cancelled"}
    state, day = states.get(uid, ("?", ""))
    return SeenVisit(
        uid, str(names[uid]["name"]), tuple(str(people[oid]["name"]) for oid in team), state, day
    )
