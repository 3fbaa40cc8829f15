"""Splitting whole visits: over four quarters, over districts. Largest remainder, exact, nothing lost."""

from collections.abc import Mapping, Sequence
from fractions import Fraction


def split(total: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Parts of `total` in proportion to `weights`; they add up to it; ties go to the earlier part."""
    whole = sum(weights)
    exact = [Fraction(total * w, whole) for w in weights]
    parts = [int(x) for x in exact]
    order = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for i in order[: total - sum(parts)]:
        parts[i] += 1
    return tuple(parts)


def apportion(total: int, weights: Mapping[str, int]) -> dict[str, int]:
    """Parts of `total` by name, e.g. the city's 1:5 over districts by their general sites.

    Names are taken in ascending order, so the result does not depend on the mapping's order. All weights
    zero: everything is zero. Basis: obligation 16.
    """
    names = sorted(weights)
    if not sum(weights.values()):
        return dict.fromkeys(names, 0)
    return dict(zip(names, split(total, [weights[n] for n in names]), strict=True))


def second_round(pool: int, numbers: Sequence[int], share: Fraction) -> tuple[int, ...]:
    """Further visits of each quarter when `share` of the sites visited before it is drawn again, rounded up.

    Args:
        pool: sites of the class. numbers: visits of the quarters without them.

    A quarter that outnumbers the sites not yet visited already draws visited ones: those count. A quarter
    and its further visits are never more than the pool.
    """
    visited, found = 0, []
    for number in numbers:
        fresh = min(number, pool - visited)
        due = -(-share.numerator * visited // share.denominator)
        found.append(max(0, due - (number - fresh)))
        visited += fresh
    return tuple(found)


def cover(total: int, floors: Sequence[int], weights: Sequence[int]) -> tuple[int, ...]:
    """Quarterly numbers, none below its floor, that add up to at least `total`, as even as the floors allow.

    The missing visits are dealt one by one to the quarter with the smallest number per weight, so a quarter
    whose floor is already high gets none.
    """
    numbers = list(floors)
    open_quarters = [i for i, w in enumerate(weights) if w]
    while sum(numbers) < total:
        i = min(open_quarters, key=lambda q: (Fraction(numbers[q], weights[q]), q))
        numbers[i] += 1
    return tuple(numbers)
