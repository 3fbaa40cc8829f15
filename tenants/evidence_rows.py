"""Rows of evidence of special sites, of merges, and of key lists taken over."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Evidence:
    """A dated record that a site is special, and its withdrawal if there was one.

    Attributes:
        code: of the site. criterion: key in the rules of the day it was entered; "" = they named none.
        words: the case as it was named then. cite: document and clause of the rule. quote: its sentence
            as the text has it, or "". mark: how far the citation could be checked, `policies.terms.Mark`.
        document, dated: what shows it. until: last day it counts; None = no end. note: or "".
        batch: the change of many sites it was entered with.
    """

    bureau: str
    id: UUID
    code: str
    criterion: str
    words: str
    cite: str
    quote: str
    mark: str
    document: str
    dated: date
    until: date | None
    note: str
    at: datetime
    by: str
    by_name: str
    batch: UUID | None = None
    withdrawn_at: datetime | None = None
    withdrawn_by: str | None = None
    withdrawn_name: str | None = None
    withdrawn_why: str | None = None

    def stands(self, today: date) -> bool:
        """True while it shows that its site is special."""
        return self.withdrawn_at is None and (self.until is None or self.until >= today)


@dataclass(frozen=True, slots=True)
class Merge:
    """What sections handed in, laid beside the roster; then merged as one batch, or dropped.

    Attributes:
        parts: submissions, as text. plan: rows as they were shown. choices: conflict → what was chosen.
        version: goes up with every step, so that of two people one is told.
    """

    bureau: str
    id: UUID
    parts: tuple[str, ...]
    plan: dict[str, Any] = field(repr=False)
    choices: dict[str, str] = field(repr=False)
    version: int
    state: Literal["open", "taken", "dropped"]
    at: datetime
    by: str
    by_name: str
    decided_at: datetime | None = None
    decided_by: str | None = None
    why: str = ""
    batch: UUID | None = None


@dataclass(frozen=True, slots=True)
class MergeStep:
    """What the next version of a merge changes; None = stays. A state other than open ends it."""

    plan: dict[str, Any] | None = None
    choices: dict[str, str] | None = None
    state: Literal["open", "taken", "dropped"] = "open"
    why: str | None = None
    batch: UUID | None = None


@dataclass(frozen=True, slots=True)
class Taking:
    """A key list taken over into a roster.

    Attributes:
        year, version: which list; its version counts the year's published lists and supplements.
        mark: SHA-256 of the entries for the bureau. sources: the documents, oldest first.
        counts: became, ceased, stays, left, unknown. sites: code → became, ceased or stays.
        batch: the change of the roster; None = nothing had to change. undone_at: when it was taken back.
    """

    bureau: str
    id: UUID
    year: int
    version: int
    mark: str
    sources: list[dict[str, str]]
    counts: dict[str, int]
    sites: dict[str, str] = field(repr=False)
    why: str
    at: datetime
    by: str
    by_name: str
    batch: UUID | None = None
    undone_at: datetime | None = None
    undone_by: str | None = None
