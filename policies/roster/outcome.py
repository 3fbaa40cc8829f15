"""What an import needs to know, and what comes of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Generic, TypeVar

from policies.errors import Language
from policies.roster.columns import DEFAULT_REQUIRED
from policies.roster.errors import RowError
from policies.roster.tabular import Layout, Row, Skipped
from policies.rulebook.roster_parts import ExtraField, Section

T = TypeVar("T")

#: (division, longitude, latitude, datum) → inside it, outside it, or None when that cannot be told.
Inside = Callable[[str, float, float, str], bool | None]


@dataclass(frozen=True, slots=True)
class SiteContext:
    """What the check of a site roster may rely on.

    Attributes:
        division: GB/T 2260 code of the bureau.
        division_names: names that mean this division, e.g. {"西平县", "驻马店市西平县"}.
        required: field keys the bureau requires; `ALWAYS` is required in any case.
        key_list: site or credit codes of the city's yearly key list; None = no list at hand.
        inside: point-in-division test; None = no boundary data (one warning for the file).
        key_basis: the published list, noted as basis of a listed site whose row names none.
        special_cases: criteria of special by code, in words; empty = the rules name none.
        extra: the bureau's own fields. classes: code of a class → the bureau's names of it.
        section: whose part the file may name; None = the whole roster.
    """

    division: str
    division_names: frozenset[str] = frozenset()
    required: frozenset[str] = DEFAULT_REQUIRED
    key_list: frozenset[str] | None = None
    inside: Inside | None = None
    key_basis: str = ""
    special_cases: Mapping[str, str] = field(default_factory=dict)
    extra: tuple[ExtraField, ...] = ()
    classes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    section: Section | None = None


@dataclass(frozen=True, slots=True)
class OfficerContext:
    """What the check of an officer roster may rely on.

    Attributes:
        on: today, by the injected clock.
        through: last day of the period drawn for, when known.
        known_sites: site codes a recusal may name; None = not tested.
    """

    on: date
    through: date | None = None
    known_sites: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Accepted(Generic[T]):
    """A row that passed: its spreadsheet row and its value."""

    row: int
    value: T


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that did not pass, with every fault of it. `duplicate` = sound but for standing there twice."""

    row: Row
    errors: tuple[RowError, ...]
    duplicate: bool


@dataclass(frozen=True, slots=True)
class Duplicate:
    """One code on several rows. `same` = the rows are equal in every cell."""

    code: str
    rows: tuple[int, ...]
    same: bool


@dataclass(frozen=True, slots=True)
class RosterCheck(Generic[T]):
    """Outcome of a check: every row of the file is in exactly one of valid, refused or skipped.

    Attributes:
        valid: accepted rows in file order.
        refused: rows with errors and rows that are duplicates, in file order.
        errors: all faults of refused rows, in file order.
        duplicates: repeated codes.
        warnings: remarks on accepted rows.
        report: counts {rows, valid, errors, duplicates, blank, hint, example, warnings};
            rows = valid + errors + duplicates + blank + hint + example.
        unknown_columns: headings that were not imported.
        skipped: example and hint rows, by spreadsheet row.
        layout: columns the file was read with.
    """

    valid: tuple[Accepted[T], ...]
    refused: tuple[Refused, ...]
    errors: tuple[RowError, ...]
    duplicates: tuple[Duplicate, ...]
    warnings: tuple[RowError, ...]
    report: Mapping[str, int]
    unknown_columns: tuple[str, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    layout: Layout | None = None

    @property
    def values(self) -> tuple[T, ...]:
        """The accepted values in file order."""
        return tuple(a.value for a in self.valid)

    @property
    def clean(self) -> bool:
        """True when no row was refused."""
        return not self.refused

    def as_dict(self, language: Language = "zh") -> dict[str, Any]:
        """JSON form without the values."""
        return {
            "report": dict(self.report),
            "errors": [e.as_dict(language) for e in self.errors],
            "duplicates": [{"code": d.code, "rows": list(d.rows), "same": d.same} for d in self.duplicates],
            "warnings": [w.as_dict(language) for w in self.warnings],
            "unknown_columns": list(self.unknown_columns),
            "skipped": [{"row": s.number, "reason": s.reason} for s in self.skipped],
        }
