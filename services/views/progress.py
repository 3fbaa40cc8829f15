"""How far the visits of a draw have come: numbers by state, and what is late. No site is named."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from tenants.rows import Task
from tenants.stores.comparing import DrawNumbers, TaskNumbers, VisitNumbers

ORDER = ("drawn", "dispatched", "arrived", "recorded", "reviewed", "published", "cancelled")
DONE = frozenset({"recorded", "reviewed", "published"})


@dataclass(frozen=True, slots=True)
class Progress:
    """Visits of one draw.

    Attributes:
        states: state → number, every state named.
        done: recorded or further. late: visit days passed without a record.
    """

    states: Mapping[str, int]
    total: int
    done: int
    late: int

    @property
    def live(self) -> int:
        """Visits not cancelled."""
        return self.total - self.states["cancelled"]

    @property
    def share(self) -> Fraction:
        """Done among those not cancelled; 0 when there are none."""
        return Fraction(self.done, self.live) if self.live else Fraction(0)


def progress_of(tasks: Sequence[Task], today: date) -> Progress:
    """Counts the tasks of a draw as of a day."""
    states: Counter[str] = Counter(task.state for task in tasks)
    late = sum(
        task.state in ("dispatched", "arrived") and task.visit_on is not None and task.visit_on < today
        for task in tasks
    )
    return Progress(
        states={state: states.get(state, 0) for state in ORDER},
        total=len(tasks),
        done=sum(states.get(state, 0) for state in DONE),
        late=late,
    )


NO_PROGRESS = Progress(dict.fromkeys(ORDER, 0), 0, 0, 0)  # of no visit, and where it is not shown


@dataclass(frozen=True, slots=True)
class DistrictLine:
    """One bureau's quarter as its superior sees it; None = there is no draw, which is not zero.

    Attributes:
        required: fewest lawful visits. drawn: visits drawn. done: recorded or further.
        late: visit days passed without a record. overdue: uploads past their last day.
        unpublished: results past theirs that are not public. alone: records of fewer than two officers.
        published: results made public. faults: visits with problems found. voids: draws withdrawn.
        changes: rows of the roster that changed. over_caps: sites visited more often this year than the cap
            in force; None = some were visited more than once and there is no cap.
        visits, random: of the quarter, and those of them a draw chose.
    """

    code: str
    name: str
    draws: int
    voids: int
    required: int | None
    drawn: int | None
    done: int
    late: int
    overdue: int
    published: int
    faults: int
    changes: int = 0
    over_caps: int | None = None
    visits: int = 0
    random: int = 0
    unpublished: int = 0
    alone: int = 0


def district_line(
    code: str,
    name: str,
    draws: Sequence[DrawNumbers],
    tasks: Sequence[TaskNumbers],
    visits: VisitNumbers | None,
) -> DistrictLine:
    """Puts a bureau's quarter on one line; `tasks` and `visits` are of the quarter, None = no records."""
    strata = [s for d in draws if d.state != "void" for s in d.strata or ()]
    live = [d for d in draws if d.state != "void" and d.strata is not None]
    return DistrictLine(
        code=code,
        name=name,
        draws=len(live),
        voids=sum(d.state == "void" for d in draws),
        required=sum(s["least"] for s in strata) if live else None,
        drawn=sum(s["take"] for s in strata) if live else None,
        done=sum(t.count for t in tasks if t.state in DONE),
        late=sum(t.late for t in tasks),
        overdue=visits.overdue if visits else 0,
        published=sum(t.count for t in tasks if t.state == "published"),
        faults=visits.faults if visits else 0,
        unpublished=visits.unpublished if visits else 0,
        alone=visits.alone if visits else 0,
    )
