"""From which copy does a found list come? The order of its rows against the order of every copy given out.

Model: whoever copies a list keeps its order but for some neighbours exchanged, so a found order at Kendall
distance d from a copy's has probability exp(−θd)/Z_k(θ) (Mallows), averaged over careful and careless
copying (θ of THETAS). "None of them" (sorted anew, another source) makes every order equally likely: 1/k!.
Prior: half for "none", the rest shared equally by the candidates. A row the copy did not have speaks
against it.

A copy is named only at LIMIT. When the list comes from none of them, a wrong one is named with probability at
most (1 − LIMIT)/LIMIT: the mean likelihood ratio is an e-value, so Markov's inequality bounds it.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

THETAS = (3.0, 1.0, 0.3)
LIMIT = 0.999
FALSE = (1 - LIMIT) / LIMIT  # most a list from elsewhere is laid at somebody's door
LEAST = 5  # rows; with fewer nothing is said
STRAY = math.log(0.02)  # a row that the copy did not have: came from elsewhere, or the copy is the wrong one


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy given out. `places`: row id → place on it, rows of the found list only."""

    number: int
    places: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Suspect:
    """A copy the list may come from. `distance`: pairs of rows in the other order, of `pairs`."""

    number: int
    probability: float
    distance: int
    pairs: int
    strays: int


@dataclass(frozen=True, slots=True)
class Traced:
    """What the order says.

    Attributes:
        rows: rows that counted.
        suspects: likeliest first. none: probability that it is none of them.
        named: number of the one copy whose probability reaches LIMIT; None otherwise.
    """

    rows: int
    suspects: tuple[Suspect, ...]
    none: float
    named: int | None


def trace(found: Sequence[str], copies: Sequence[Copy]) -> Traced:
    """Rank the copies.

    Args:
        found: row ids in the order found; a repeated one counts once, where it stood first.
        copies: every copy given out that may hold such rows.
    """
    rows = tuple(dict.fromkeys(found))
    if len(rows) < LEAST or not copies:
        return Traced(len(rows), (), 1.0, None)
    scored = [(copy, *_score(rows, copy)) for copy in copies]
    base = math.log(0.5) - math.lgamma(len(rows) + 1)
    share = math.log(0.5 / len(copies))
    top = max([base, *(share + score for _, score, _, _ in scored)])
    whole = math.exp(base - top) + sum(math.exp(share + score - top) for _, score, _, _ in scored)
    suspects = sorted(
        (
            Suspect(
                copy.number,
                math.exp(share + score - top) / whole,
                distance,
                pairs,
                len(rows) - len(copy.places.keys() & set(rows)),
            )
            for copy, score, distance, pairs in scored
        ),
        key=lambda one: (-one.probability, one.number),
    )
    named = suspects[0].number if suspects[0].probability >= LIMIT else None
    return Traced(len(rows), tuple(suspects), math.exp(base - top) / whole, named)


def _score(rows: Sequence[str], copy: Copy) -> tuple[float, int, int]:
    """(log probability of the found order, distance, pairs). Rows it did not have stand anywhere at all."""
    places = [copy.places[row] for row in rows if row in copy.places]
    k, strays = len(places), len(rows) - len(places)
    distance = inversions(places)
    fits = [-theta * distance - _norm(k, theta) for theta in THETAS]
    mean = max(fits) + math.log(sum(math.exp(fit - max(fits)) for fit in fits) / len(fits))
    # strays stand anywhere among the others: k!/n! of the orders, and each of them is unlikely by itself
    scattered = math.lgamma(k + 1) - math.lgamma(len(rows) + 1)
    return mean + scattered + strays * STRAY, distance, k * (k - 1) // 2


def inversions(places: Sequence[int]) -> int:
    """Kendall distance to the ascending order: pairs that stand the other way round."""
    return sum(a > b for n, a in enumerate(places) for b in places[n + 1 :])


def _norm(k: int, theta: float) -> float:
    """log Z_k(θ) = Σ log((1−e^(−iθ))/(1−e^(−θ))), i = 1…k."""
    return sum(math.log((1 - math.exp(-i * theta)) / (1 - math.exp(-theta))) for i in range(1, k + 1))
