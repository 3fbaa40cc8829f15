"""What a key of the law tree is."""

from dataclasses import dataclass
from typing import Literal

Form = Literal[
    "rate", "integer", "fraction", "choice", "text", "texts", "pairs", "weights", "monthday", "window"
]
Stricter = Literal["higher", "lower", ""]


@dataclass(frozen=True, slots=True)
class Key:
    """One key of the law tree.

    Attributes:
        name: as written in the files.
        zh, en: what it says, for pages and errors.
        form: the form of its value.
        stricter: which direction a bureau's choice may go from its own text.
        options: the words of a `choice`.
        least: smallest integer.
    """

    name: str
    zh: str
    en: str
    form: Form
    stricter: Stricter = ""
    options: tuple[str, ...] = ()
    least: int = 0
