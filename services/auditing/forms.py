"""Fields of the forms of audits, at either side's desk; and the tables of words their pages need."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from policies.audits import ACTS, FINDING_STATES, KINDS, MEASURES, METHODS, STATES, VERDICTS
from services.auditing.errors import AuditChoice

WORDS: dict[str, Any] = {
    "acts": ACTS,
    "finding_states": FINDING_STATES,
    "kinds": KINDS,
    "measures": MEASURES,
    "methods": METHODS,
    "case_states": STATES,
    "verdicts": VERDICTS,
}


def text_in(data: Mapping[str, str], name: str) -> str:
    """A text as it was typed, without blanks around it; "" where nothing was."""
    return str(data.get(name, "")).replace("\x00", "").replace("\r\n", "\n").strip()


def number_in(data: Mapping[str, str], name: str) -> int:
    """A number that is not negative. Raises AuditChoice."""
    text = text_in(data, name)
    if not (text.isascii() and text.isdigit() and len(text) < 7):
        raise AuditChoice(text[:20], need="0–999999")
    return int(text)


def day_in(data: Mapping[str, str], name: str) -> date:
    """A day. Raises AuditChoice."""
    text = text_in(data, name)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise AuditChoice(text[:20], need="2026-01-01") from None
