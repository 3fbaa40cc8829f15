"""The form of a drawn visit, as the rules of the bureau that records it shape it."""

from dataclasses import dataclass

from policies.rulebook.labels import Labels, labels_of
from policies.rulebook.rules import Rules
from policies.visiting.checklist import Checklist, checklist_of
from policies.visiting.form_schema import form_version
from services.ruling.ruleset import rules_for
from services.work import Work
from tenants.stores import draws


@dataclass(frozen=True, slots=True)
class TaskForm:
    """What the rules say about a record.

    Attributes:
        name: title of the form (record.form). officers: fewest people on site.
        checklist: what is asked. labels: what the bureau calls its unit and its officers.
    """

    name: str
    officers: int
    checklist: Checklist
    labels: Labels

    @property
    def version(self) -> str:
        """Names this version of the form."""
        return form_version(self.name, self.officers, self.checklist)


def form_by(rules: Rules) -> TaskForm:
    """The form under these rules."""
    return TaskForm(
        rules.text("record.form"),
        rules.integer("record.officers"),
        checklist_of(rules),
        labels_of(rules),
    )


async def form_of_draw(work: Work, draw_no: int) -> TaskForm:
    """The form for visits of a draw of the bureau acted for; raises `Missing` for no such draw."""
    draw = await draws.get(work.db, work.scope, work.scope.bureau, draw_no)
    return form_by(await rules_for(work, draw.bureau, subject=draw.subject, item=draw.item))
