"""One's own task sheets on paper: numbered, marked, without persons and telephones (obligation 25)."""

from typing import Any

from policies.secrecy.views import cut
from services.exporting import Marked, mark_export
from services.exporting.found import day_of, visit_id
from services.usecases.my_tasks import MyTask, my_tasks
from services.work import Work

VIEW = "sheet"


async def print_sheets(work: Work, *, label: str = "") -> Marked[dict[str, Any]]:
    """Visits of the person that are not made yet, as a copy; opening and copy are both journalled.

    Raises:
        NotYours: the login belongs to no officer. NoStateSecret: the label.
    """
    found = await my_tasks(work)
    marked = await mark_export(work, "sheets", found, _id, group=lambda one: day_of(_id(one)), label=label)
    return Marked(marked.mark, marked.lines, tuple(_cut(one) for one in marked.rows))


def _id(task: MyTask) -> str:
    return visit_id(task.draw_no, task.slot, task.visit_on)


def _cut(task: MyTask) -> dict[str, Any]:
    visit = {
        "slot": task.slot,
        "visit_on": task.visit_on,
        "team": tuple(one.name for one in task.team),
        "joint": bool(task.partner or task.missing),
        "stratum": task.stratum,
    }
    return cut(VIEW, visit, task.site) | {"draw_no": task.draw_no, "missing": task.missing}
