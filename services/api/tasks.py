"""An inspector's own visits. The reading is journalled, and kept nowhere else."""

from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from policies.planning.platform import is_external
from policies.rulebook.lawbook import rules_at
from policies.visiting.checklist import STANDARD, Checklist, checklist_of
from policies.visiting.form_schema import form_version, schema_of
from policies.visiting.visits import RESULTS
from services.api.contract import reads
from services.api.types import AnyBureau, Code, Flag, Out
from services.clock import today
from services.usecases.my_tasks import MyTask, my_tasks
from services.views.public_rules import approved_choices, in_force
from services.web.depends import InApp, InPublic, InWork
from services.work import App
from tenants.stores import public as store


class PersonOut(Out):
    """An officer of the team."""

    certificate: str
    name: str


class PartnerOut(Out):
    """The other bureau of a joint visit, and who comes from there."""

    bureau: Code
    team: tuple[PersonOut, ...]


class TaskOut(Out):
    """One visit with the whole site as drawn; it is for the team only.

    `verifiable` is false for what the platform drew. `partner_missing`: the other bureau of a joint visit
    while its database gives no answer; `partner` is null then. `returned`: why the reviewer sent the record
    back, while it is to be made anew.
    """

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
    partner_missing: Code | None
    verifiable: bool
    returned: str | None


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
    """The groups of questions, and the results.

    `version` names the form; a record may say it was filled in on it. `form`: JSON Schema of the answers.
    """

    version: str
    form: dict[str, Any]
    items: tuple[ItemOut, ...]
    results: tuple[ResultOut, ...]


@reads("/me/tasks", action="task.read_own")
async def list_my_tasks(work: InWork, every: Flag = False) -> list[TaskOut]:
    """Visits dispatched to the caller whose first day has come, soonest first.

    `every`: those recorded already too.
    """
    return [_out(task) for task in await my_tasks(work, every=every)]


@reads("/checklist", action="public.read")
async def get_checklist(public: InPublic, app: InApp, bureau: AnyBureau = None) -> ChecklistOut:
    """What every visit answers, item by item: as the rules of `bureau` ask today; without one, the usual."""
    name, officers, asked = await _asked(public, app, bureau) if bureau else _usual(app)
    items = (
        ItemOut(id=one.id, group=one.group, group_zh=asked.groups[one.group][0], zh=one.zh, en=one.en)
        for one in asked.items
    )
    results = (ResultOut(code=code, zh=zh, en=en) for code, (zh, en) in RESULTS.items())
    return ChecklistOut(
        version=form_version(name, officers, asked),
        form=schema_of(name, officers, asked),
        items=tuple(items),
        results=tuple(results),
    )


def _usual(app: App) -> tuple[str, int, Checklist]:
    rules = rules_at(app.book, ("CN",), today(app.clock), (), level="county")
    return rules.text("record.form"), rules.integer("record.officers"), STANDARD


async def _asked(public: AsyncConnection, app: App, bureau: str) -> tuple[str, int, Checklist]:
    entry = await store.public_bureau(public, bureau)
    choices = await approved_choices(public, bureau)
    rules = in_force(app.book, entry.path, entry.level, today(app.clock), choices)
    return rules.text("record.form"), rules.integer("record.officers"), checklist_of(rules)


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
        partner_missing=task.missing or None,
        verifiable=not is_external(task.draw_no),
        returned=task.returned.review_note if task.returned else None,
    )


def _people(team: tuple[Any, ...]) -> tuple[PersonOut, ...]:
    return tuple(PersonOut(certificate=one.certificate, name=one.name) for one in team)


routes = [list_my_tasks, get_checklist]
