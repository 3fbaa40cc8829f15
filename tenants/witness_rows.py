"""Rows around the witness of one draw, frozen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Invitation:
    """Somebody without a login may witness one draw.

    Attributes:
        name: who was invited, as the bureau calls them; never public.
        link, code: digests; neither the link's number nor the code is kept.
        tries: wrong codes so far; ten lock it. entered_at: first right code.
        device_key: Ed25519 key of the witness's device, 64 hex digits, "" or None when it made none.
    """

    bureau: str
    draw_no: int
    n: int
    name: str
    link: str = field(repr=False)
    code: str = field(repr=False)
    tries: int
    at: datetime
    by: str
    expires_at: datetime
    entered_at: datetime | None = None
    withdrawn_at: datetime | None = None
    withdrawn_by: str | None = None
    device_key: str | None = None


@dataclass(frozen=True, slots=True)
class MinutesWord:
    """One part's word on the minutes of a draw.

    Attributes:
        role: "drawer" or "witness". h: hex SHA-256 of the body. body: the minutes as read.
        by: login, or the invitation. name: as shown to the bureau.
        device_key, sig: of an invited witness's device, hex and base64; None when the device made no key.
    """

    bureau: str
    draw_no: int
    role: str
    h: str
    body: Mapping[str, Any]
    by: str
    name: str
    at: datetime
    device_key: str | None = None
    sig: str | None = None
