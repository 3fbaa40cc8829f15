"""What the stores hand out about jobs and about the journal's keeping."""

from dataclasses import dataclass
from datetime import datetime

from tenants.rows import Json


@dataclass(frozen=True, slots=True)
class JobRun:
    """The last run of a job; `bureau` is "" for the deployment's own.

    Attributes:
        stamp: the period it ran for, e.g. the day: a job runs once a stamp.
        tried_at, done_at: by the product's clock; `done_at` is of the last success.
        tries: of this stamp since it last succeeded, 0 when it is done.
        retry_at: by the machine's clock, when a failed one may be tried again.
        progress: {"done": …, "total": …} while it runs, else None.
        result: numbers and short words of the last success. error: why the last try failed.
    """

    job: str
    stamp: str
    tried_at: datetime
    done_at: datetime | None
    tries: int
    retry_at: datetime | None
    progress: Json | None
    result: Json | None
    error: str | None
    bureau: str = ""


@dataclass(frozen=True, slots=True)
class Anchor:
    """What stands for the entries that were archived and removed: all up to number `upto`.

    Attributes:
        since: first number in the archive. hash: of entry `upto`, hex-free bytes.
        archive: SHA-256 of the archive's file, hex. keep_days: the period kept when it was made.
        at, by: when, and the operator's name.
    """

    bureau: str
    upto: int
    since: int
    hash: bytes
    archive: str
    keep_days: int
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class OutboxCount:
    """How many items of a topic are open, failed before, or given up; and the oldest."""

    topic: str
    open: int
    failed: int
    stuck: int
    oldest: datetime | None
