"""Lines of a found list matched to the rows they name: by code, credit code or name, however they are set."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

SHORTEST = 4  # characters; a shorter word stands in too many lines
LONGEST = 300  # characters of a line that are looked at
LINES = 2000  # a found list is a list, not a book
_BLANK = re.compile(r"[\s,，;；、|()（）\[\]【】\"'“”‘’:：.。·\-_/\\]+")


@dataclass(frozen=True, slots=True)
class Matched:
    """Row ids in the order found, and how many lines named no row or more than one."""

    rows: tuple[str, ...]
    unknown: int
    unclear: int


def plain(words: str) -> str:
    """Words as they are compared: NFKC, no blanks or punctuation, lower case."""
    return _BLANK.sub("", unicodedata.normalize("NFKC", words)).lower()


def match(lines: Iterable[str], known: Mapping[str, Sequence[str]]) -> Matched:
    """Find the rows that lines name.

    Args:
        lines: of the found list; cells of a line joined by blanks.
        known: row id → words that name it, each once (code, credit code, name).
    """
    by_word: dict[str, set[str]] = {}
    for row, words in known.items():
        for word in {plain(one) for one in words if one}:
            if len(word) >= SHORTEST:
                by_word.setdefault(word, set()).add(row)
    lengths = sorted({len(word) for word in by_word}, reverse=True)
    rows: list[str] = []
    unknown = unclear = 0
    for line in [plain(one) for one in lines][:LINES]:
        if not line:
            continue
        hits = _hits(line[:LONGEST], lengths, by_word)
        if len(hits) == 1:
            rows += hits
        elif hits:
            unclear += 1
        else:
            unknown += 1
    return Matched(tuple(dict.fromkeys(rows)), unknown, unclear)


def _hits(line: str, lengths: Sequence[int], by_word: Mapping[str, set[str]]) -> set[str]:
    """Rows a line names; a shared word (one company's credit code) is told apart by another of the line."""
    pieces = (line[at : at + size] for size in lengths for at in range(len(line) - size + 1))
    every = [by_word[word] for word in _outermost([piece for piece in pieces if piece in by_word])]
    return set.intersection(*every) if every else set()


def _outermost(words: Sequence[str]) -> list[str]:
    """Without words inside a longer one that stands there too: 某某化工 in 某某化工二厂."""
    kept: list[str] = []
    for word in words:
        if not any(word in longer for longer in kept):
            kept.append(word)
    return kept
