"""RFC 3339 texts as exact integers, so that times compare without rounding."""

import re
from datetime import date, datetime, timedelta

_MOMENT = re.compile(
    r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)", re.ASCII
)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  offsets are added by hand below

SECOND = 1_000_000_000


def _offset(text: str) -> timedelta:
    if text == "Z":
        return timedelta()
    span = timedelta(hours=int(text[1:3]), minutes=int(text[4:6]))
    return -span if text[0] == "-" else span


def nanoseconds(text: str) -> int | None:
    """Nanoseconds since 1970 (UTC) of an RFC 3339 time; None for anything else, leap seconds included."""
    match = _MOMENT.fullmatch(text)
    if match is None or match[4] == "-00:00":
        return None
    try:
        local = datetime.fromisoformat(f"{match[1]}T{match[2]}")
    except ValueError:
        return None
    span = local - _EPOCH - _offset(match[4])
    return (span.days * 86400 + span.seconds) * SECOND + int((match[3] or "").ljust(9, "0"))


def is_day(text: str) -> bool:
    """True for a date YYYY-MM-DD of the calendar."""
    if _DAY.fullmatch(text) is None:
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def day_end(text: str) -> int:
    """Nanoseconds since 1970 at which a day of the calendar ends in China (UTC+8)."""
    span = datetime.fromisoformat(text) + timedelta(days=1, hours=-8) - _EPOCH
    return (span.days * 86400 + span.seconds) * SECOND


def utc_text(moment: int) -> str:
    """RFC 3339 in UTC, whole seconds, of nanoseconds since 1970."""
    return (_EPOCH + timedelta(seconds=moment // SECOND)).strftime("%Y-%m-%dT%H:%M:%SZ")
