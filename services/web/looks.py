"""What every page says while somebody looks under a break-glass request."""

from dataclasses import dataclass
from datetime import datetime

from policies.access_glass import GLASS
from policies.terms import Principal


@dataclass(frozen=True, slots=True)
class Look:
    """A look under way. `left`: minutes left, begun ones counted."""

    bureau: str
    left: int


def look_of(principal: Principal, now: datetime) -> Look | None:
    """The look a person is in; None for everybody else."""
    if not principal.extra.get(GLASS):
        return None
    ends = datetime.fromisoformat(principal.extra["until"])
    return Look(principal.bureau, max(1, -(-int((ends - now).total_seconds()) // 60)))
