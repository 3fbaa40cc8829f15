"""The other side of a connection: what it holds under a key, what it is given, everything it holds of ours.

No public interface of the systems is known. What both ways assume is little, and all of it is written here: a
file goes under a key of ours, and under that key the other side says what it holds (docs/exchange.md).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

LONGEST = 80  # letters of a receipt


@dataclass(frozen=True, slots=True)
class Parcel:
    """A file on its way. `key` is ours and stays the same, however often it is sent."""

    key: str
    name: str
    sha256: str
    count: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Held:
    """What the other side says it holds under a key.

    Attributes:
        sha256, count: as it says; None where it says nothing of it.
        receipt: "" while it has not settled. refused: it does not take the file.
    """

    key: str
    sha256: str | None = None
    count: int | None = None
    receipt: str = ""
    refused: bool = False


class Remote(Protocol):
    """One system outside, over one connection."""

    async def ask(self, key: str) -> Held | None:
        """What is held under a key. Raises SystemSilent."""
        ...

    async def give(self, parcel: Parcel) -> Held | None:
        """Hand a file over; None when the answer comes later. Raises SystemSilent, SystemRefused."""
        ...

    async def every(self, prefix: str) -> tuple[Held, ...]:
        """All that is held under keys that begin so, as the other side lists it. Raises SystemSilent."""
        ...


def read_held(body: Mapping[str, Any], key: str = "") -> Held:
    """What an answer says.

    Raises:
        ValueError: it is of no form agreed upon.
    """
    sha256, count = body.get("sha256"), body.get("count")
    receipt, state = body.get("receipt", ""), body.get("state", "")
    texts = (sha256 is None or isinstance(sha256, str), isinstance(receipt, str), isinstance(state, str))
    if not all(texts) or not (count is None or (isinstance(count, int) and count >= 0)):
        raise ValueError("answer")
    if isinstance(receipt, str) and len(receipt) > LONGEST:
        raise ValueError("receipt")
    own = body.get("key", key)
    if not isinstance(own, str) or not own or (key and own != key):
        raise ValueError("key")
    return Held(own, sha256, count, receipt.strip(), state == "refused")
