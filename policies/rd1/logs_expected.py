"""Which draws there should be: a list a monitor keeps for itself, outside the deployment.

One line a duty: `BUREAU KIND FROM [item=…] [subject=…] [days=N]`, e.g. `411721 routine 2026Q1`. Each period
from FROM on needs a standing draw once it has begun and N further days have passed. `#` starts a comment.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from policies.errors import Place
from policies.rd1.log_errors import BadExpected
from policies.rd1.logs_draws import Story
from policies.rd1.logs_faults import DrawAbsent, LogFault
from policies.rd1.manifests import KINDS
from policies.terms import BadPeriod, Period

MOST_LINES = 10_000
MOST_DAYS = 92


@dataclass(frozen=True, slots=True)
class Expected:
    """A bureau that has to draw each period from `since` on; `days` of patience after the period began."""

    bureau: str
    subject: str
    item: str
    kind: str
    since: Period
    days: int = 0


def parse_expected(text: str) -> tuple[Expected, ...]:
    """Read the list; raises BadExpected with the line."""
    lines = text.splitlines()
    if len(lines) > MOST_LINES:
        raise BadExpected(len(lines))
    found = []
    for number, line in enumerate(lines, 1):
        words = line.partition("#")[0].split()
        if words:
            try:
                found.append(_duty(words))
            except (ValueError, BadPeriod):
                raise BadExpected(line.strip()[:80], where=Place(line=number)) from None
    return tuple(found)


def _duty(words: list[str]) -> Expected:
    bureau, kind, since, *more = words
    extra = dict(word.split("=", 1) for word in more)
    days = int(extra.pop("days", "0"))
    duty = Expected(
        bureau,
        extra.pop("subject", bureau),
        extra.pop("item", "routine-source"),
        kind,
        Period.parse(since),
        days,
    )
    if extra or kind not in KINDS or not 0 <= days <= MOST_DAYS:
        raise ValueError(kind)
    return duty


def absent(stories: Iterable[Story], expected: Iterable[Expected], today: date) -> Iterator[LogFault]:
    """Periods that began, and whose patience is over, without a draw that stands."""
    named = ("bureau", "subject", "item", "kind", "period")
    standing = {tuple(str(s.entry[name]) for name in named) for s in stories if not s.void}
    for duty in expected:
        period = duty.since
        while period.first + timedelta(days=duty.days) <= today:
            key = (duty.bureau, duty.subject, duty.item, duty.kind, str(period))
            if key not in standing:
                yield DrawAbsent(draw=" ".join(key))
            period = _next(period)


def _next(period: Period) -> Period:
    return Period(period.year + 1, 1) if period.quarter == 4 else Period(period.year, period.quarter + 1)
