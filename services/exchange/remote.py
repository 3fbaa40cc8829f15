"""The other side of a connection: what it holds under a key, what it is given, everything it holds of ours.

No public interface of the systems is known. What both ways assume is little, and all of it is written here: a
file goes under a key of ours, and under that key the other side says what it holds (docs/exchange.md).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

LONGEST = 80  # letters of a receipt
KEY = re.compile(r"[0-9A-Za-z-]{1,64}", re.ASCII)  # of a batch of theirs: also a file's name
_DIGEST = re.compile(r"[0-9a-f]{64}", re.ASCII)


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


@dataclass(frozen=True, slots=True)
class Offer:
    """A file the other side has for the bureau.

    Attributes:
        key: its own number of the batch. sha256: of the bytes, as it says; "" where it says nothing of it.
    """

    key: str
    name: str
    sha256: str = ""


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

    async def offers(self) -> tuple[Offer, ...]:
        """The files it has for the bureau, also those it gave before. Raises SystemSilent."""
        ...

    async def fetch(self, offer: Offer) -> bytes:
        """The bytes of a file. Raises SystemSilent."""
        ...

    async def acknowledge(self, key: str, receipt: str, sha256: str) -> None:
        """Tell it that a file was kept, under which number of ours. Raises SystemSilent."""
        ...


def read_offer(body: Mapping[str, Any]) -> Offer:
    """A file as a list names it.

    Raises:
        ValueError: it is of no form agreed upon.
    """
    key, name, said = body.get("key"), body.get("name", ""), body.get("sha256") or ""
    if not isinstance(key, str) or not KEY.fullmatch(key):
        raise ValueError("key")
    if not isinstance(name, str) or not isinstance(said, str) or (said and not _DIGEST.fullmatch(said)):
        raise ValueError("offer")
    return Offer(key, name[:200] or key, said)


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
