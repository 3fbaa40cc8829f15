"""What belongs to a visit beside its record: the arrival, and its files."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

FileKind = Literal["photo", "signature"]
FILE_KINDS: tuple[FileKind, ...] = ("photo", "signature")


@dataclass(frozen=True, slots=True)
class Attachment:
    """A photo or signature as it is kept, its bytes apart.

    Attributes:
        sha256: of the bytes, hex. media: as found in the bytes. width, height: pixels. size: bytes.
        facts: what the device said: taken_at, words, signed_by, lon, lat, accuracy_m, fixed_at; text all.
        by: who sent it. certificate: of that officer. at: when it arrived.
    """

    bureau: str
    draw_no: int
    slot: int
    sha256: str
    kind: FileKind
    media: str
    width: int
    height: int
    size: int
    facts: Mapping[str, Any]
    by: str
    certificate: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Arrival:
    """Who stood at the site of a drawn visit before it began.

    Attributes:
        officers: bureau, certificate, name, lead of each. position: as in a record; {} = none and no reason.
        by: who noted it. at: when.
    """

    bureau: str
    draw_no: int
    slot: int
    officers: tuple[Mapping[str, Any], ...]
    position: Mapping[str, Any]
    by: str
    at: datetime
