"""Rivest's consistent sampling, from its description, as a baseline for tickets (without replacement).

Each id gets a ticket number: a fraction in (0, 1) that SHA-256 of seed and id gives, kept as a decimal
text of sufficient precision; a heap of all tickets gives up the smallest ones. Basis: R. L. Rivest,
"Consistent Sampling with Replacement", 2018. Written here from that paper; shares no code with anything.
"""

import hashlib
import heapq
from collections.abc import Callable
from importlib import import_module
from typing import NamedTuple

DIGITS = 30
SEED = "31415926535897932384"


class Ticket(NamedTuple):
    """Tickets compare by number, then id."""

    number: str
    id: str
    generation: int


def fraction(seed: str, uid: str) -> str:
    """A pseudo-random fraction as text, "0." and its digits."""
    raw = hashlib.sha256(f"{seed},{uid}".encode()).hexdigest()
    scaled = int(raw, 16) * 10**DIGITS >> 256
    return f"0.{scaled:0{DIGITS}d}"


def sample(uids: list[str], seed: str, take: int) -> list[str]:
    """The ids with the smallest ticket numbers, in their order."""
    heap = [Ticket(fraction(seed, uid), uid, 1) for uid in uids]
    heapq.heapify(heap)
    return [heapq.heappop(heap).id for _ in range(take)]


def sample_of(take: int) -> Callable[[list[str]], object]:
    return lambda uids: sample(uids, SEED, take)


def package(take: int) -> Callable[[list[str]], object] | None:
    """The author's package, where somebody has installed it; it is no dependency of ours."""
    try:
        sampler = import_module("consistent_sampler").sampler
    except ImportError:
        return None
    return lambda uids: list(sampler(uids, seed=SEED, take=take, output="id"))
