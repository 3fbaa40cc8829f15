"""What a key of the law tree is."""

from dataclasses import dataclass
from typing import Literal

Form = Literal[
    "rate", "integer", "fraction", "choice", "text", "texts", "pairs", "weights", "monthday", "window"
]
Stricter = Literal["higher", "lower", ""]

# Kinds of visits in the ledger; "random" are those a draw chose. Basis: obligations 4 and 30.
VISIT_TYPES = ("random", "special", "case", "followup", "complaint", "revisit")

# What a bureau has its own words for: itself, the unit in the field, its officers, the draw, the overlay.
LABELS = ("bureau", "brigade", "officer", "draw", "overlay")


@dataclass(frozen=True, slots=True)
class Key:
    """One key of the law tree.

    Attributes:
        name: as written in the files.
        zh, en: what it says, for pages and errors.
        form: the form of its value.
        stricter: which direction a bureau's choice may go from its own text; of pairs: higher = it may add
            codes and drop none.
        options: the words of a `choice`; of texts and pairs: the only words or codes allowed, if any.
        least: smallest integer.
    """

    name: str
    zh: str
    en: str
    form: Form
    stricter: Stricter = ""
    options: tuple[str, ...] = ()
    least: int = 0
