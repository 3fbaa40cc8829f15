"""A route of the API that ends: said ahead in its description and in every answer.

Basis: RFC 9745 (Deprecation), RFC 8594 (Sunset).
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from email.utils import format_datetime

LEAST = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Ending:
    """When a route ends.

    Attributes:
        since: first day on which it was said. until: last day on which it answers; a year later or more.
        instead: address of what takes its place.
    """

    since: date
    until: date
    instead: str

    def __post_init__(self) -> None:
        if self.until - self.since < LEAST:
            raise ValueError(f"{self.instead}: {self.until} is less than a year after {self.since}")

    def headers(self) -> dict[str, str]:
        """What every answer of the route carries."""
        said = datetime.combine(self.since, time.min, UTC)
        ends = datetime.combine(self.until + timedelta(days=1), time.min, UTC)
        return {
            "Deprecation": f"@{int(said.timestamp())}",
            "Sunset": format_datetime(ends, usegmt=True),
            "Link": f'<{self.instead}>; rel="successor-version"',
        }
