"""Who comes along on a drawn visit from outside the bureau's own inspectors, frozen."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Companion:
    """A person of a joint department or of the monitoring station on one visit.

    Attributes:
        n: from 1 within the visit. subject, name: the login, as when it was named.
        role: "joint_department" or "monitoring_station". parts: codes of the checklist's groups.
        by: the dispatcher. ended_at: from then on the person sees nothing of it.
    """

    bureau: str
    draw_no: int
    slot: int
    n: int
    subject: str
    name: str
    role: str
    parts: Sequence[str]
    at: datetime
    by: str
    ended_at: datetime | None = None
    ended_by: str | None = None
