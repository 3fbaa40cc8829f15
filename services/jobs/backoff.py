"""When a failed try may be repeated. By the machine's clock: a simulated one stands still."""

import hashlib
from datetime import datetime, timedelta

FIRST = timedelta(seconds=30)
LONGEST = timedelta(hours=6)
MOST_TRIES = 8


def retry_at(now: datetime, tries: int, mark: str) -> datetime:
    """The next try after `tries` failed ones: half a minute, then four times longer each, at most 6 h.

    The wait is between half of that and all of it, by `mark` and the try: what failed together, because the
    other side was down, does not come back together. An order waits the same, whichever worker reckons.
    """
    longer: int = 4 ** min(max(tries, 1) - 1, 8)
    drawn = int.from_bytes(hashlib.sha256(f"{mark} {tries}".encode()).digest()[:4]) / 2**32
    return now + min(FIRST * longer, LONGEST) * (0.5 + drawn / 2)


def given_up(tries: int) -> bool:
    """Whether an order has been tried often enough."""
    return tries >= MOST_TRIES
