"""The nouns of the field as frozen values. See GLOSSARY.md for the Chinese terms."""

import re
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import ClassVar, Literal

from policies.errors import Language, Problem, Wording

_QUARTER = re.compile(r"([12][0-9]{3})Q([1-4])")


class Stratum(StrEnum):
    """Disjoint strata of a draw, in the order in which a site is assigned. Basis: obligation 7."""

    SPECIAL = "special"
    KEY = "key"
    GENERAL = "general"


class SiteKind(StrEnum):
    """What the site is. Basis: 西环〔2024〕3号 一（一） 排污单位和建设项目."""

    UNIT = "unit"
    PROJECT = "project"


class SiteStatus(StrEnum):
    """Life of a site; only ACTIVE sites are listed in a draw."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    CLOSED = "closed"
    MOVED = "moved"


class DrawKind(StrEnum):
    """What a draw is for; together with bureau, subject, item and period it names one draw."""

    ROUTINE = "routine"
    OVERLAY = "overlay"
    AUDIT = "audit"


class Mark(StrEnum):
    """How far a stated rule could be checked. Quoted = the sentence stands in a text we hold."""

    QUOTED = "quoted"
    CONFIRMED = "confirmed"
    SECONDARY = "secondary"
    UNVERIFIED = "unverified"
    STATED = "stated"  # the bureau quotes its own text, entered by itself; we do not hold that text
    DEFAULT = "default"  # our reading where the text is open; the bureau confirms it


@dataclass(frozen=True, slots=True)
class Bureau:
    """A bureau. `code` is GB/T 2260; `path` runs province → … → own code."""

    code: str
    name: str
    level: Literal["province", "city", "county"]
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Basis:
    """Where a value comes from.

    Attributes:
        text: document number or short name, e.g. "西环〔2024〕3号".
        clause: place in the text, e.g. "一（四）1".
        sentence: the words quoted, only when `mark` is QUOTED.
        mark: how far it could be checked.
        effective: first day the value holds.
        checked_on: day a person last compared it with the source.
    """

    text: str
    clause: str
    sentence: str
    mark: Mark
    effective: date
    checked_on: date

    def cite(self) -> str:
        """Short citation: text and clause."""
        return f"{self.text} {self.clause}".strip()


@dataclass(frozen=True, slots=True)
class Site:
    """One inspected site (污染源): the place, not the company. Basis: 西环〔2024〕3号 一（三）, 17 items.

    Attributes:
        code: HJ 608 pollution-source code or the bureau's registered substitute; real-world key.
        credit_code: GB 32100 code of the company.
        lon, lat: decimal degrees in `datum` (CGCS2000 unless the import said otherwise).
        key: 重点排污单位. special: 特殊监管对象, a flag beside key/general.
        special_cases: why it is special, codes of the bureau's criteria. special_evidence: what shows it.
        visits_this_year: visits of every kind so far, from the cap ledger.
        overrides: reasons for accepting a value that failed a check, e.g. a credit code.
        extra: (code, text) of the bureau's own fields that are filled in, by code; no draw reads them.
    """

    code: str
    name: str
    credit_code: str
    kind: SiteKind
    key: bool
    special: bool
    status: SiteStatus
    address: str
    site_address: str
    division: str
    lon: float
    lat: float
    datum: str
    industry: str
    pollution: tuple[str, ...]
    phone: str = ""
    legal_person: str = ""
    contact: str = ""
    contact_phone: str = ""
    env_officer: str = ""
    authority: str = ""
    basin: str = ""
    started_on: str = ""
    products: str = ""
    class_basis: str = ""
    special_cases: tuple[str, ...] = ()
    special_evidence: str = ""
    visits_this_year: int = 0
    overrides: tuple[str, ...] = ()
    extra: tuple[tuple[str, str], ...] = ()

    @property
    def stratum(self) -> Stratum:
        """Stratum of a draw: special first, then key, then general."""
        if self.special:
            return Stratum.SPECIAL
        return Stratum.KEY if self.key else Stratum.GENERAL


@dataclass(frozen=True, slots=True)
class Officer:
    """An inspecting officer (执法人员). Certified (may be drawn) and on_post (counts in the ratio) differ.

    Attributes:
        certificate: number of the law-enforcement certificate; real-world key.
        valid_until: last day of the certificate.
        lead: may lead a team (主办).
        on_post: 在编在岗. Basis: 昆都仑方案 五、2.
        leave: spans (first, last day) of absence.
        recusals: site codes the officer must not visit; the reason stays in the bureau.
    """

    certificate: str
    name: str
    unit: str
    valid_until: date
    lead: bool
    on_post: bool
    leave: tuple[tuple[date, date], ...] = ()
    recusals: tuple[str, ...] = ()
    person: str = ""  # subject of the login that belongs to this officer, if any

    def drawable(self, first: date, last: date) -> bool:
        """True when the certificate covers the whole span and no leave swallows it whole."""
        if self.valid_until < last:
            return False
        return not any(a <= first and last <= b for a, b in self.leave)


class BadPeriod(Problem, ValueError):
    """A quarter that cannot be read; a ValueError too, for callers that have their own words for it."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "周期无法识别", "年份加季度，如 2026Q1", "请按“四位年份Q季度”重新填写，季度为 1 至 4。"
        ),
        "en": Wording(
            "Not a period", "a year and a quarter such as 2026Q1", "Write it as YYYYQn, n from 1 to 4."
        ),
    }


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A quarter. Text form "2026Q1"."""

    year: int
    quarter: int

    @classmethod
    def parse(cls, text: str) -> "Period":
        """Read "2026Q1". Raises BadPeriod for anything else."""
        found = _QUARTER.fullmatch(text)
        if found is None:
            raise BadPeriod(text[:20])
        return cls(int(found[1]), int(found[2]))

    def __str__(self) -> str:
        return f"{self.year}Q{self.quarter}"

    @property
    def first(self) -> date:
        """First day of the quarter."""
        return date(self.year, 3 * self.quarter - 2, 1)

    @property
    def last(self) -> date:
        """Last day of the quarter."""
        return date(self.year, 3 * self.quarter, {1: 31, 2: 30, 3: 30, 4: 31}[self.quarter])

    @property
    def previous(self) -> "Period":
        """The quarter before."""
        return Period(self.year - 1, 4) if self.quarter == 1 else Period(self.year, self.quarter - 1)


@dataclass(frozen=True, slots=True)
class Principal:
    """Who acts: proven by the identity provider, roles from our own table.

    Attributes:
        subject: stable id of the login; "system" for jobs.
        name: shown in the journal.
        bureau: the bureau acted for in this session.
        roles: roles held in that bureau today.
        acr: authentication level, 1 or 2.
        auth_time: seconds since 1970 of the last authentication.
    """

    subject: str
    name: str
    bureau: str
    roles: frozenset[str]
    acr: int = 1
    auth_time: int = 0
    certificate: str = ""
    extra: dict[str, str] = field(default_factory=dict, compare=False, hash=False)
