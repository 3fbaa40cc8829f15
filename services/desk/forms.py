"""What forms send, read or refused in one sentence."""

from datetime import date
from typing import Any

from services.ruling.rule_choice_errors import FieldMissing


def day_of(data: dict[str, Any], name: str, field: str) -> date:
    """A day that must be given. Raises FieldMissing."""
    found = some_day(data, name, field)
    if found is None:
        raise FieldMissing(field=field, need="日期，如 2026-01-01")
    return found


def some_day(data: dict[str, Any], name: str, field: str) -> date | None:
    """A day that may be left out. Raises FieldMissing for anything that is no day."""
    text = str(data.get(name, "")).strip()
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise FieldMissing(text[:20], field=field, need="日期，如 2026-01-01") from None


def words_of(data: dict[str, Any], name: str) -> str:
    """A text; NUL, which the database refuses, and line ends of the browser are taken out."""
    return str(data.get(name, "")).replace("\x00", "").replace("\r\n", "\n").strip()
