"""When a failed try may be repeated. By the machine's clock: a simulated one stands still."""

from datetime import datetime, timedelta

FIRST = timedelta(seconds=30)
LONGEST = timedelta(hours=6)
MOST_TRIES = 8


def retry_at(now: datetime, tries: int) -> datetime:
    """The next try after `tries` failed ones: half a minute, then four times longer each, at most 6 h."""
    longer: int = 4 ** min(max(tries, 1) - 1, 8)
    return now + min(FIRST * longer, LONGEST)


def given_up(tries: int) -> bool:
    """Whether an order has been tried often enough."""
    return tries >= MOST_TRIES
