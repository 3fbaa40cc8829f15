"""A value in force with its citation, and a warning with its."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from policies.rulebook.law_keys import KEYS
from policies.rulebook.law_values import Window, plain
from policies.rulebook.rates import Rate
from policies.terms import Basis

Origin = Literal["law", "stated", "choice"]


def basis_dict(basis: Basis) -> dict[str, str]:
    """JSON form of a citation."""
    return {
        "text": basis.text,
        "clause": basis.clause,
        "sentence": basis.sentence,
        "mark": basis.mark.value,
        "effective": basis.effective.isoformat(),
        "checked_on": basis.checked_on.isoformat(),
    }


@dataclass(frozen=True, slots=True)
class Value:
    """One value in force.

    Attributes:
        value: typed: Rate, Window, int, Fraction, str, tuple or mapping of texts.
        basis: where it comes from.
        key: its name.
        note: how an open text is read.
        open_text: the verbatim sentence a default reads.
        place: jurisdiction that states it, e.g. ("CN", "410000").
        origin: law = the tree, stated = the bureau's own text as it entered it, choice = its own choice.
        factors: the six factors beside a chosen ratio.
    """

    value: Any
    basis: Basis
    key: str
    note: str = ""
    open_text: str = ""
    place: tuple[str, ...] = ()
    origin: Origin = "law"
    factors: Mapping[str, str] = field(default_factory=dict, hash=False)

    def words(self) -> str:
        """The value for people."""
        if isinstance(self.value, Rate | Window):
            return self.value.words()
        if isinstance(self.value, Mapping):
            return "、".join(self.value.values())
        if self.value == "none" and KEYS[self.key].form == "integer":
            return "不设"
        return "、".join(map(str, self.value)) if isinstance(self.value, tuple) else str(self.value)

    def as_dict(self) -> dict[str, Any]:
        """JSON form; strings, integers, lists and mappings only."""
        return {
            "key": self.key,
            "zh": KEYS[self.key].zh,
            "en": KEYS[self.key].en,
            "value": plain(self.value),
            "words": self.words(),
            "basis": basis_dict(self.basis),
            "note": self.note,
            "open_text": self.open_text,
            "place": "/".join(self.place),
            "origin": self.origin,
            "factors": dict(self.factors),
        }


@dataclass(frozen=True, slots=True)
class RuleWarning:
    """Something lawful to go on with, but not silently.

    Attributes:
        code: stable name.
        zh, en: the sentence.
        basis: the clauses it rests on, the stricter first.
        decide: True when the bureau has to decide something.
    """

    code: str
    zh: str
    en: str
    basis: tuple[Basis, ...] = ()
    decide: bool = False

    def as_dict(self) -> dict[str, Any]:
        """JSON form."""
        return {
            "code": self.code,
            "zh": self.zh,
            "en": self.en,
            "basis": [basis_dict(b) for b in self.basis],
            "decide": self.decide,
        }
