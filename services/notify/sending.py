"""What a sender is handed."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from policies.notifying.texts import Text


@dataclass(frozen=True, slots=True)
class Sending:
    """One message on its way.

    Attributes:
        id: goes out with it: whoever receives it twice knows it by this.
        to: mail address or mobile number, "" for a group. text: its words.
        settings: of the channel, as shown. secrets: of the channel, opened.
        at: milliseconds by the machine's clock, for signatures.
    """

    id: UUID
    to: str
    text: Text
    settings: Mapping[str, Any]
    secrets: Mapping[str, str]
    at: int
