"""Tickets of 3.6 million sites (every registered site of the country) beside the least that could be done.

Baselines: an HMAC object copied for each id, as any program would; the barest loop there is, two keyed
SHA-256 states copied, with no length prefix and no call; and consistent sampling, which sorts nothing either.
"""

import gc
import hashlib
import hmac
import resource
import time
from collections.abc import Callable, Iterator
from functools import partial

from policies.rd1.canonical import suite_of
from policies.rd1.draw import rank

from . import rivest
from .meter import Figure, timed

SITES, TAKE, SLICES, FEW = 3_600_000, 4_800, 24, 3  # samplers work on a list, so on few large slices
KEY = b"k" * 32
Act = Callable[[list[str]], object]


def ids() -> list[str]:
    return [f"91411721MA{i:07d}X001P" for i in range(SITES)]


def bare_hmac(uids: list[str]) -> None:
    keyed = hmac.new(KEY, digestmod="sha256")
    for uid in uids:
        one = keyed.copy()
        one.update(uid.encode())
        one.digest()


def bare_states(uids: list[str]) -> None:
    inner, outer = hashlib.sha256(b"\x36" * 64), hashlib.sha256(b"\x5c" * 64)
    for uid in uids:
        one, two = inner.copy(), outer.copy()
        one.update(uid.encode())
        two.update(one.digest())
        two.digest()


def tickets(uids: list[str]) -> None:
    ticket = suite_of(1).named(KEY)
    for uid in uids:
        ticket(uid)


def ranked(uids: list[str]) -> None:
    order, picks = rank(suite_of(1).named(KEY), [{"id": "all", "take": TAKE}], ((u, "all") for u in uids))
    assert len(picks) == TAKE and len(order["all"]) == len(uids)


def in_turn(mine: Act, other: Act, uids: list[str], slices: int) -> tuple[float, float]:
    """CPU seconds of both over the whole list, slice by slice in turn: other work hits both alike."""
    spent, size = [0.0, 0.0], len(uids) // slices
    for i in range(slices):
        part = uids[i * size : (i + 1) * size]
        for j, act in enumerate((mine, other)):
            spent[j] += timed(partial(act, part), time.process_time)
    return spent[0], spent[1]


def figures() -> Iterator[Figure]:
    uids, size = ids(), f"{SITES / 1e6:.1f} million sites"
    sampler, named = rivest.package(TAKE // FEW), "the consistent_sampler package"
    if sampler is None:
        sampler, named = rivest.sample_of(TAKE // FEW), "consistent sampling, our own code"
    baselines: list[tuple[str, Act, str, int]] = [
        ("a bare HMAC copied for each id", bare_hmac, "≤ 1.2 ×", SLICES),
        ("the barest loop, two SHA-256 states copied", bare_states, "", SLICES),
        (named, sampler, "≤ 0.25 ×", FEW),
        ("consistent sampling, our own leaner code", rivest.sample_of(TAKE // FEW), "", FEW),
    ]
    gc.freeze()
    for baseline, other, target, slices in baselines:
        mine, theirs = in_turn(tickets, other, uids, slices)
        yield Figure(f"tickets of {size}", "CPU s", mine, baseline, theirs, target)
    yield Figure("largest memory so far", "MB", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    name = f"tickets, every rank and the draw of {TAKE} among {size}"
    mine = timed(partial(ranked, uids), time.process_time)
    theirs = timed(partial(bare_hmac, uids), time.process_time)
    yield Figure(name, "CPU s", mine, "a bare HMAC copied for each id", theirs)
    yield Figure("largest memory then", "MB", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
