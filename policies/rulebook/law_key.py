"""What a key of the law tree is."""

from dataclasses import dataclass
from typing import Literal

Form = Literal[
    "rate", "integer", "fraction", "choice", "text", "texts", "pairs", "weights", "monthday", "window"
]
Stricter = Literal["higher", "lower", "same", ""]

# Kinds of visits in the ledger; "random" are those a draw chose. Basis: obligations 4 and 30.
VISIT_TYPES = ("random", "special", "case", "followup", "complaint", "revisit")
OTHER_VISITS = VISIT_TYPES[1:]

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
            codes and drop none; of a window: lower = it may not be wider; same = not at all.
        options: the words of a `choice`; of texts and pairs: the only words or codes allowed, if any; of an
            integer: words that may stand in its place, "none" = no limit.
        least: smallest integer.
        ranks: options from the one that asks for least to the one that asks for most; an option left out
            cannot be compared. A text that says 原则上 is then a floor to be warned of, not refused.
    """

    name: str
    zh: str
    en: str
    form: Form
    stricter: Stricter = ""
    options: tuple[str, ...] = ()
    least: int = 0
    ranks: tuple[str, ...] = ()
