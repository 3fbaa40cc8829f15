"""An inspector's own visits. The reading is journalled, and kept nowhere else."""

from datetime import date
from typing import Any

from policies.visiting.checklist import GROUPS, ITEMS
from policies.visiting.visits import RESULTS
from services.api.contract import reads
from services.api.types import Code, Flag, Out
from services.usecases.my_tasks import MyTask, my_tasks
from services.web.depends import InWork


class PersonOut(Out):
    """An officer of the team."""

    certificate: str
    name: str


class PartnerOut(Out):
    """The other bureau of a joint visit, and who comes from there."""

    bureau: Code
    team: tuple[PersonOut, ...]


class TaskOut(Out):
    """One visit with the whole site as drawn; it is for the team only."""

    bureau: Code
    draw_no: int
    slot: int
    state: str
    visit_on: date | None
    lead: bool
    stratum: str
    site: dict[str, Any]
    team: tuple[PersonOut, ...]
    partner: PartnerOut | None


class ItemOut(Out):
    """One question of the checklist; answers are `fine`, `fault` or `not_applicable`, never a default."""

    id: str
    group: str
    group_zh: str
    zh: str
    en: str


class ResultOut(Out):
    """A result a record may have."""

    code: str
    zh: str
    en: str


class ChecklistOut(Out):
    """The five groups of questions, and the results."""

    items: tuple[ItemOut, ...]
    results: tuple[ResultOut, ...]


@reads("/me/tasks", action="task.read_own")
async def list_my_tasks(work: InWork, every: Flag = False) -> list[TaskOut]:
    """Visits dispatched to the caller whose first day has come, soonest first.

    `every`: those recorded already too.
    """
    return [_out(task) for task in await my_tasks(work, every=every)]


@reads("/checklist", action="public.read")
async def get_checklist() -> ChecklistOut:
    """What every visit answers, item by item."""
    items = (
        ItemOut(id=one.id, group=one.group, group_zh=GROUPS[one.group][0], zh=one.zh, en=one.en)
        for one in ITEMS
    )
    results = (ResultOut(code=code, zh=zh, en=en) for code, (zh, en) in RESULTS.items())
    return ChecklistOut(items=tuple(items), results=tuple(results))


def _out(task: MyTask) -> TaskOut:
    other = task.partner
    return TaskOut(
        bureau=task.bureau,
        draw_no=task.draw_no,
        slot=task.slot,
        state=task.state,
        visit_on=task.visit_on,
        lead=task.lead,
        stratum=task.stratum,
        site=dict(task.site),
        team=_people(task.team),
        partner=PartnerOut(bureau=other.bureau, team=_people(other.team)) if other else None,
    )


def _people(team: tuple[Any, ...]) -> tuple[PersonOut, ...]:
    return tuple(PersonOut(certificate=one.certificate, name=one.name) for one in team)


routes = [list_my_tasks, get_checklist]
