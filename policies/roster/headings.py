"""What the headings of a file mean: which column fills which field, who said so, what is still open.

A heading that is not the template's is never read by a guess: it is remembered from an earlier file of the
bureau, or a person says what it means; a likeness is only offered.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from policies.roster.tabular import Column, Layout

#: template = the template's own heading or a known other word; remembered = from an earlier file; chosen = by
#: the person now; suggested = alike, to be confirmed; open = nothing is known.
Why = Literal["template", "remembered", "chosen", "suggested", "open"]
ALIKE = 0.62  # share of common text from which a field is offered
_SHORTEST = 2  # characters a heading must share with a name it is contained in


def heading(text: str) -> str:
    """Normal form of a heading: half-width, no spaces, no asterisk, no “(必填)”."""
    bare = re.sub(r"[\s*]", "", unicodedata.normalize("NFKC", text))
    return re.sub(r"\((?:必填|选填)\)", "", bare)


@dataclass(frozen=True, slots=True)
class Found:
    """A heading of a file: its column letter, its normal form, as written, the first filled cell below."""

    letter: str
    text: str
    said: str
    sample: str = ""


@dataclass(frozen=True, slots=True)
class Meaning:
    """A heading and the field it fills; `field` "" = the column is not imported."""

    letter: str
    text: str
    said: str
    sample: str
    field: str
    why: Why

    @property
    def settled(self) -> bool:
        """False while somebody must say what it means."""
        return self.why not in ("suggested", "open")

    def as_dict(self) -> dict[str, str]:
        """JSON form."""
        return {name: getattr(self, name) for name in ("letter", "text", "said", "sample", "field", "why")}

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> "Meaning":
        """From its JSON form."""
        return cls(**kept)


def names_of(layout: Layout) -> dict[str, str]:
    """Normal form of every known heading of a layout → the field it fills."""
    return {heading(name): c.key for c in layout.columns for name in (c.heading, *c.aliases)}


def meanings(
    found: Sequence[Found],
    layout: Layout,
    remembered: Mapping[str, str] | None = None,
    chosen: Mapping[str, str] | None = None,
) -> tuple[Meaning, ...]:
    """What each heading of a file means.

    Args:
        found: the headings in column order.
        layout: the fields there are.
        remembered: heading → field of earlier files of the bureau; a field that is no more counts as unknown.
        chosen: heading → field, said for this file; goes before everything else.
    """
    names, fields = names_of(layout), {column.key for column in layout.columns} | {""}
    past = {text: field for text, field in (remembered or {}).items() if field in fields}
    said = {text: field for text, field in (chosen or {}).items() if field in fields}
    taken = {names[one.text] for one in found if one.text in names}

    def of(one: Found) -> tuple[str, Why]:
        if one.text in said:
            return said[one.text], "chosen"
        if one.text in past:
            return past[one.text], "remembered"
        if one.text in names:
            return names[one.text], "template"
        like = _like(one.text, layout, taken)
        return (like, "suggested") if like else ("", "open")

    return tuple(Meaning(one.letter, one.text, one.said, one.sample, *of(one)) for one in found)


def mapping_of(meant: Sequence[Meaning]) -> dict[str, str]:
    """Heading → field, as the file is read with."""
    return {one.text: one.field for one in meant}


def worth_keeping(meant: Sequence[Meaning], layout: Layout) -> dict[str, str]:
    """Heading → field of what a person said for this file and the template does not say by itself."""
    names = names_of(layout)
    return {m.text: m.field for m in meant if m.why == "chosen" and names.get(m.text, None) != m.field}


def absent(meant: Sequence[Meaning], layout: Layout) -> tuple[Column, ...]:
    """Columns a file must have and this one has no heading for."""
    filled = {one.field for one in meant}
    return tuple(c for c in layout.columns if c.must_exist and c.key not in filled)


def repeated(meant: Sequence[Meaning], layout: Layout) -> tuple[Column, ...]:
    """Columns that more than one heading would fill."""
    times = Counter(one.field for one in meant if one.field)
    return tuple(c for c in layout.columns if times[c.key] > 1)


def _like(text: str, layout: Layout, taken: set[str]) -> str:
    """The field whose name is most like the heading; "" = none is alike enough, or it is filled already."""
    best, field = 0.0, ""
    for column in layout.columns:
        if column.key in taken:
            continue
        for name in (column.heading, *column.aliases):
            score = _alike(text, heading(name))
            if score > best:
                best, field = score, column.key
    return field if best >= ALIKE else ""


def _alike(text: str, name: str) -> float:
    if min(len(text), len(name)) >= _SHORTEST and (name in text or text in name):
        return 0.7 + 0.3 * min(len(text), len(name)) / max(len(text), len(name))
    return SequenceMatcher(None, text, name).ratio()
