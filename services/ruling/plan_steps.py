"""How far a draft of the yearly plan has come between its maker and the head: submitted, sent back.

Each step is a row of the journal, as a filing is: nothing of it is changed afterwards.
"""

from dataclasses import dataclass
from datetime import datetime

from services.ruling.plan_errors import PlanChanged
from services.work import Work
from tenants.rows import PlanRow
from tenants.stores import journal_pages

SUBMIT, RETURN = "plan.submit", "plan.return"


@dataclass(frozen=True, slots=True)
class PlanStep:
    """The newest step of one version; without one, `at` is None.

    Attributes:
        returned: sent back. submitted: waits for the head. by: name of who did it. words: what was said.
    """

    at: datetime | None = None
    returned: bool = False
    by: str = ""
    words: str = ""

    @property
    def submitted(self) -> bool:
        """Waits for the head."""
        return self.at is not None and not self.returned


async def plan_step(work: Work, bureau: str, row: PlanRow) -> PlanStep:
    """The newest step of a version of a visible bureau's plan."""
    target = f"plan/{row.year}/{row.version}"
    db = await work.at(bureau)
    every = await journal_pages.newest(db, work.scope, bureau, target=target, limit=200)
    found = next((one for one in every if one.target == target and one.action in (SUBMIT, RETURN)), None)
    if found is None:
        return PlanStep()
    return PlanStep(found.at, found.action == RETURN, found.actor_name, found.why)


def require_version(row: PlanRow, read: int) -> None:
    """Refuses a step on a version nobody read: another one was made meanwhile.

    Args:
        read: the version shown when the person decided; 0: none was named.

    Raises:
        PlanChanged: the newest is another.
    """
    if read not in (0, row.version):
        raise PlanChanged(f"第 {read} 版", year=row.year, version=row.version)
