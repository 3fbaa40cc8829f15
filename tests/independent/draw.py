"""Sections 1, 3, 5, 6 and 8: leaves, commitments, seed, tickets and result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from . import tree
from .coding import Suite, lp, text_order, u8, u32, u64
from .teams import Mac, Pool


def salted(suite: Suite, list_key: bytes, tag: str, body: bytes) -> bytes:
    """The first 16 bytes of MAC(list_key, LP(tag) ‖ body), then the body."""
    return suite.mac(list_key, lp(tag) + body)[:16] + body


def unit_leaves(suite: Suite, list_key: bytes, units: Sequence[Sequence[str]]) -> list[bytes]:
    """Leaves of the roster."""
    return [lp("rd1/unit") + salted(suite, list_key, "unit", lp(u) + lp(s)) for u, s in units]


def officer_leaves(suite: Suite, list_key: bytes, officers: Sequence[Any]) -> list[bytes]:
    """Leaves of the officers' list."""
    return [
        lp("rd1/officer") + salted(suite, list_key, "officer", lp(o) + u8(lead) + u32(cap))
        for o, lead, cap in officers
    ]


def ban_leaves(suite: Suite, list_key: bytes, bans: Sequence[Sequence[str]]) -> list[bytes]:
    """Leaves of the bans."""
    return [lp("rd1/ban") + salted(suite, list_key, "ban", lp(o) + lp(u)) for o, u in bans]


def pseudonym(suite: Suite, key: bytes, certificate: str) -> str:
    """An officer's id in a draw, with the salt as the vectors make it."""
    salt = suite.mac(key, lp("oid") + lp(certificate))[:16]
    return "o-" + suite.hash(lp("rd1/oid") + salt + lp(certificate)).hex()[:16]


def commitment(suite: Suite, bureau: str, draw_no: int, role: str, key: bytes) -> bytes:
    """c for one role's secret."""
    return suite.hash(lp("rd1/commit") + lp(bureau) + u64(draw_no) + lp(role) + key)


@dataclass(frozen=True)
class Seed:
    """PRK and the three keys that follow from it."""

    suite: Suite
    prk: bytes

    def _key(self, label: bytes) -> bytes:
        return self.suite.mac(self.prk, label)

    def ticket(self, uid: str) -> bytes:
        """t(u)."""
        return self.suite.mac(self._key(b"rd1/ticket"), lp(uid))

    def salt(self, uid: str) -> bytes:
        """The salt of a result leaf."""
        return self.suite.mac(self._key(b"rd1/salt"), lp(uid))[:16]

    def assign(self) -> Mac:
        """MAC with k_assign."""
        key = self._key(b"rd1/assign")
        return lambda message: self.suite.mac(key, message)


def make_seed(suite: Suite, keys: Sequence[bytes], manifest_hash: bytes, beacon: bytes) -> Seed:
    """PRK = MAC(K₁‖…‖Kₙ, LP("rd1/prk") ‖ M ‖ R)."""
    return Seed(suite, suite.mac(b"".join(keys), lp("rd1/prk") + manifest_hash + beacon))


def ranks(seed: Seed, strata: Sequence[str], units: Sequence[Sequence[str]]) -> dict[str, list[str]]:
    """Per stratum its sites by (ticket, uid): first the drawn ones, then the reserve."""
    order: dict[str, list[str]] = {s: [] for s in strata}
    for uid, stratum in units:
        if stratum in order:
            order[stratum].append(uid)
    return {s: sorted(uids, key=lambda u: (seed.ticket(u), text_order(u))) for s, uids in order.items()}


def officer_pool(officers: Sequence[Any], bans: Sequence[Sequence[str]], team: int) -> Pool:
    """The committed lists as the pool that teams are made from."""
    return Pool(
        ids=tuple(o for o, _, _ in officers),
        cap={o: cap for o, _, cap in officers},
        leads=frozenset(o for o, lead, _ in officers if lead == 1),
        banned=frozenset((o, u) for o, u in bans),
        n=team,
    )


def result_leaves(
    seed: Seed,
    manifest_hash: bytes,
    order: dict[str, list[str]],
    teams: dict[str, list[str]],
) -> list[bytes]:
    """The leaves of Z, in the order of their hashes. `teams` holds officers, never crews."""
    leaves = []
    for stratum, uids in order.items():
        for rank, uid in enumerate(uids):
            if uid in teams:
                members = ",".join(sorted(teams[uid], key=text_order))
                leaves.append(
                    lp("rd1/result") + manifest_hash + seed.salt(uid) + lp(uid) + lp(stratum)
                    + u32(rank) + seed.ticket(uid) + lp(members)
                )  # fmt: skip
    return sorted(leaves, key=lambda leaf: tree.leaf_hash(seed.suite.hash, leaf))
