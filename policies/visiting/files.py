"""Photos and signatures of a visit: how many, how large, and what is said about each.

The limits are our own: enough for a visit, little enough for a phone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from policies.visiting.visit_errors import RecordRefused
from policies.visiting.visits import Fix

KINDS = {"photo": ("照片", "photo"), "signature": ("签名", "signature")}
MOST_BYTES = 8 * 1024 * 1024  # one file; a phone sends some hundred kilobytes
MOST_FILES = 60  # of one visit
MOST_TOTAL = 96 * 1024 * 1024  # bytes of one visit
MOST_PIXELS = 16_000_000  # a phone makes it smaller; decoded, a pixel takes some bytes
_AHEAD = timedelta(minutes=10)  # a device's clock may be ahead by so much
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What the device says of a file.

    Attributes:
        kind: key of `KINDS`. taken_at: aware. words: caption, or the printed name of who signed.
        signed_by: certificate of an officer, "enterprise" or "witness"; "" of a photo.
        fix: where the device stood (WGS84 degrees), None when it did not know.
    """

    kind: str
    taken_at: datetime
    words: str = ""
    signed_by: str = ""
    fix: Fix | None = None

    def as_dict(self) -> dict[str, Any]:
        """JSON of texts and whole numbers only: it is hashed with the record."""
        found: dict[str, Any] = {"taken_at": self.taken_at.isoformat(timespec="seconds")}
        found |= {"words": self.words.strip()} if self.words.strip() else {}
        found |= {"signed_by": self.signed_by} if self.signed_by else {}
        if self.fix is not None:
            found |= {
                "lon": f"{self.fix.lon:.6f}",
                "lat": f"{self.fix.lat:.6f}",
                "accuracy_m": round(self.fix.accuracy),
                "fixed_at": self.fix.at.isoformat(timespec="seconds"),
            }
        return found


def check_file(facts: FileFacts, now: datetime) -> None:
    """Refuse what cannot be said of a file.

    Raises:
        RecordRefused: an unknown kind, a moment that has not come, words too long, a signature of nobody.
    """
    if facts.kind not in KINDS:
        raise RecordRefused(facts.kind[:40], need=f"附件种类为其中之一：{'、'.join(KINDS)}")
    if facts.taken_at > now + _AHEAD:
        raise RecordRefused(facts.taken_at.isoformat(timespec="minutes"), need="拍摄、签名的时间不晚于现在")
    if len(facts.words) > _LONGEST:
        raise RecordRefused(f"{len(facts.words)} 字", need=f"附件说明不超过 {_LONGEST} 字")
    if (facts.kind == "signature") != bool(facts.signed_by):
        raise RecordRefused(facts.signed_by[:40] or "空", need="签名写明签名人，照片不写签名人")


def named_files(
    hashes: tuple[str, ...], kept: Mapping[str, Mapping[str, Any]]
) -> tuple[list[dict[str, Any]], list[str]]:
    """(what a record says of each file it names, hashes of files that are not there)."""
    missing = [one for one in hashes if one not in kept]
    return [{"sha256": one, **kept[one]} for one in hashes if one in kept], missing
