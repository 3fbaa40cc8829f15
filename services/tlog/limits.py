"""How often strangers may hand something in: enough for honest witnesses, too little to keep us busy.

Counted in this process, by address and altogether; behind a proxy all strangers may share one address.
"""

from collections import OrderedDict
from typing import ClassVar

from policies.errors import Kind, Language, Problem, Wording

WINDOW = 60  # seconds
EACH = 30
ALL = 300
MOST_ADDRESSES = 10_000


class TooOften(Problem):
    """More requests in a minute than a witness has use for. Facts: seconds."""

    kind: ClassVar[Kind] = "unavailable"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("递交过于频繁", "每分钟不超过 30 次", "请 {seconds} 秒后再试；联签不会因此失效。"),
        "en": Wording(
            "Too many requests",
            "at most 30 a minute",
            "Try again in {seconds} seconds; the signature stays good.",
        ),
    }


class Turnstile:
    """Counts by window; oldest addresses are forgotten first."""

    def __init__(self) -> None:
        self._counts: OrderedDict[str, int] = OrderedDict()
        self._window, self._all = -1, 0

    def enter(self, address: str, seconds: float) -> None:
        """Let one request in; `seconds` is any clock that runs steadily.

        Raises:
            TooOften: with the seconds until the next window.
        """
        window = int(seconds // WINDOW)
        if window != self._window:
            self._counts.clear()
            self._window, self._all = window, 0
        mine = self._counts.pop(address, 0) + 1
        self._all += 1
        self._counts[address] = mine
        if len(self._counts) > MOST_ADDRESSES:
            self._counts.popitem(last=False)
        if mine > EACH or self._all > ALL:
            raise TooOften(mine, seconds=int(WINDOW - seconds % WINDOW) + 1)
