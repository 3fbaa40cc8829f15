"""What a base of a ratio is: "20 % of the sites", "staff × 10", "all" … One file beside this one each.

A base states its members once; the reader of law files, the JSON Schema, the plain form and the web form are
all made from them. What remains for the file of a base is how many visits it asks for and how it is said.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, Literal, Protocol

Kind = Literal["integer", "share", "parts"]
Language = Literal["zh", "en"]
Unit = Literal["sites", "staff", "visits"]


class Ratio(Protocol):
    """What a base sees of a `rates.Rate`."""

    @property
    def base(self) -> str:
        """Name of its base."""

    @property
    def per(self) -> str:
        """The span its text names: month, quarter or year."""

    @property
    def most(self) -> Fraction | None:
        """Upper end of a range."""

    @property
    def amount(self) -> Fraction:
        """The first number it states; 0 when it states none."""

    @property
    def of(self) -> tuple["Ratio", ...]:
        """Its parts."""

    def member(self, name: str) -> Fraction:
        """A number it states, by name."""

    def asked(self, pool: int, staff: int) -> int:
        """Visits before the pool limits them."""

    def over(self, per: str, pool: int, staff: int) -> int:
        """Visits in the span of a whole it is a part of."""

    def counts_staff(self) -> bool:
        """True when the officers decide the number."""

    def said(self, language: Language) -> str:
        """In words, without its span."""

    def words(self, language: Language = "zh") -> str:
        """In words, with its span."""


@dataclass(frozen=True, slots=True)
class Member:
    """One thing a ratio of some base states beside `base` and `per`.

    Attributes:
        name: as written in law files.
        kind: integer; share = exact fraction from 0 to 1; parts = two or more ratios.
        zh, en: label of its field in a form.
        unit_zh, unit_en: what stands behind the field.
        least: smallest integer.
        required: False for what may be left out.
    """

    name: str
    kind: Kind
    zh: str
    en: str
    unit_zh: str = ""
    unit_en: str = ""
    least: int = 1
    required: bool = True


@dataclass(frozen=True, slots=True)
class BaseForm:
    """How a form offers a base: label, help and fields."""

    id: str
    zh: str
    en: str
    help_zh: str
    help_en: str
    fields: tuple[Member, ...]

    @property
    def kind(self) -> Literal["integer", "share", "parts", "none"]:
        """Kind of the first field; none when there is nothing to fill in."""
        return self.fields[0].kind if self.fields else "none"


class Base(ABC):
    """One way to say how many visits are due.

    Attributes:
        name: as written in law files, e.g. "staff".
        zh, en: label. help_zh, help_en: one sentence for the person who enters a rule.
        members: what is stated beside `base` and `per`.
        of_staff: the number depends on the officers.
        proportional: any part of a class gets its own share of the visits, by the same formula.
    """

    name: ClassVar[str]
    zh: ClassVar[str]
    en: ClassVar[str]
    help_zh: ClassVar[str] = ""
    help_en: ClassVar[str] = ""
    members: ClassVar[tuple[Member, ...]] = ()
    of_staff: ClassVar[bool] = False
    proportional: ClassVar[bool] = False

    @abstractmethod
    def asked(self, ratio: Ratio, pool: int, staff: int) -> int:
        """Visits asked for, rounded up, before the pool limits them."""

    @abstractmethod
    def words(self, ratio: Ratio, language: Language) -> str:
        """The ratio without its span, e.g. "人员数×10"."""

    def measure(self, ratio: Ratio) -> tuple[Unit, Fraction] | None:
        """How much it asks for, whatever the counts, so that ratios of one unit can be ranked without them.

        sites: part of the class. staff: visits an officer. visits: visits. None: only counts can tell.
        """
        return None

    def which(self, ratio: Ratio, pool: int, staff: int) -> int:
        """Which of its parts decides for these counts, for a base made of others; from 0."""
        return 0

    def counts_staff(self, ratio: Ratio) -> bool:
        """True when the officers decide the number, here or in a part."""
        return self.of_staff

    def fault(self, ratio: Ratio) -> str:
        """What a ratio should have been, in Chinese, where its members contradict each other; "" if not."""
        return ""

    @property
    def form(self) -> BaseForm:
        """The description a form is built from."""
        return BaseForm(self.name, self.zh, self.en, self.help_zh, self.help_en, self.members)

    def schema(self) -> Mapping[str, Mapping[str, object]]:
        """JSON Schema of each member."""
        return {member.name: _schema(member) for member in self.members}


def _schema(member: Member) -> Mapping[str, object]:
    if member.kind == "integer":
        return {"type": "integer", "minimum": member.least}
    if member.kind == "share":
        return {"$ref": "#/$defs/fraction"}
    return {"type": "array", "minItems": 2, "items": {"$ref": "#/$defs/rate-part"}}


def parts_said(ratio: Ratio, language: Language) -> list[str]:
    """Every part in words; one with a span of its own says it."""
    same = [part.per == ratio.per for part in ratio.of]
    return [p.said(language) if one else p.words(language) for p, one in zip(ratio.of, same, strict=True)]


def ceil(value: Fraction) -> int:
    """Smallest integer not below `value`."""
    return -(-value.numerator // value.denominator)


def percent(value: Fraction) -> str:
    """ "20%" when that is exact to one decimal, else the fraction."""
    tenths = value * 1000
    if tenths.denominator != 1:
        return str(value)
    whole, rest = divmod(tenths.numerator, 10)
    return f"{whole}.{rest}%" if rest else f"{whole}%"
