"""What the inspected firm says of a visit: a rating of four points, a complaint; limits and averages.

Basis: ours. No supplied text sets the points, the scale or the times; 国办发〔2024〕54号 asks that visits are
scanned in at the firm (扫码入企; secondary source, clause not compared).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from policies.visiting.voice_errors import BadVoice

POINTS = ("certificates", "matter", "clean", "manner")
MARKS = (3, 2, 1)  # good, middling, bad
RATED_FOR = timedelta(days=30)  # from the arrival: rating, changing it, complaining
READ_FOR = timedelta(days=365)  # from the arrival: the page, the receipt and the answer
LONGEST_WORDS, LONGEST_TEXT, LONGEST_CONTACT, LONGEST_ANSWER = 300, 1000, 100, 1000  # characters
MOST_COMPLAINTS = 3  # of one visit
FEWEST = 5  # ratings below which no average is shown: it would tell who rated


@dataclass(frozen=True, slots=True)
class Average:
    """Ratings of a quarter. `means`: point → mean mark, 1 to 3; empty for fewer than `FEWEST` ratings."""

    number: int
    means: Mapping[str, float]


def check_marks(marks: Mapping[str, object]) -> dict[str, int]:
    """Every point with a mark of the scale. Raises BadVoice."""
    if set(marks) != set(POINTS) or any(type(one) is not int or one not in MARKS for one in marks.values()):
        raise BadVoice("…", field="marks", least=1, most=3)
    return {point: int(str(marks[point])) for point in POINTS}


def check_words(text: str, field: str, most: int, least: int = 0) -> str:
    """Text without blanks around it, of `least` to `most` characters. Raises BadVoice."""
    words = text.replace("\r\n", "\n").strip()
    if not least <= len(words) <= most:
        raise BadVoice(len(words), field=field, least=least, most=most)
    return words


def average(ratings: Iterable[Mapping[str, int]]) -> Average:
    """The mean of every point, to two decimals."""
    found = list(ratings)
    if len(found) < FEWEST:
        return Average(len(found), {})
    return Average(len(found), {p: round(sum(one[p] for one in found) / len(found), 2) for p in POINTS})
