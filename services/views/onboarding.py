"""Bureaus below the one acting, and what each still lacks before its first draw."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from policies.rulebook.onboarding import Point, ready
from policies.rulebook.rules import Value
from services.fanout import Absent, over
from services.ruling.rule_choice_errors import TextRefused
from services.ruling.ruleset import read_row, rules_for
from services.usecases.onboard_bureau import bureau_checklist
from services.usecases.state_text import try_rows
from services.views.choices import PreviewFace, preview_face
from services.views.desk import Here, here
from services.views.rules import RuleRow, rule_row
from services.work import Work
from tenants.rows import RuleChoice
from tenants.stores import choices

SKELETON = """source:
  text: 文号
  clause: 条款
  effective: 施行日期，如 2026-01-01
  mark: stated
  checked_on: {today}
rate.key:
  - value: {{base: share, value: 25%, per: quarter}}
    quote: 原句
coverage.key:
  - value: year
    quote: 原句
rate.general:
  - value: {{base: staff, times: 10, per: year}}
    quote: 原句
rate.special:
  - value: {{base: census, per: quarter}}
    quote: 原句
"""


@dataclass(frozen=True, slots=True)
class Starting:
    """One bureau on its way."""

    code: str
    name: str
    points: tuple[Point, ...]

    @property
    def ready(self) -> bool:
        """True when a first draw could be prepared."""
        return ready(self.points)

    @property
    def open(self) -> tuple[Point, ...]:
        """Needed points that are not done."""
        return tuple(point for point in self.points if point.needed and not point.done)


@dataclass(frozen=True, slots=True)
class OwnStart:
    """A bureau's own start: its checklist, what waits for approval, and a form for its text.

    Attributes:
        waiting: proposals nobody approved yet. skeleton: a file to fill in, see docs/rules.md.
        preview: what the proposals together would change. misfit: or why they do not fit, as a problem.
        startup: the start-up tasks and days the bureau's own text names, if it does.
    """

    here: Here
    starting: Starting
    waiting: tuple[RuleRow, ...]
    skeleton: str
    preview: PreviewFace | None = None
    misfit: dict[str, Any] | None = None
    startup: RuleRow | None = None


@dataclass(frozen=True, slots=True)
class Onboarding:
    """The page: bureaus directly below, and whether the person may open another.

    Attributes:
        absent: bureaus below whose database does not answer.
    """

    here: Here
    below: tuple[Starting, ...]
    may_open: bool
    absent: tuple[Absent, ...] = ()


async def onboarding(work: Work) -> Onboarding:
    """Every bureau directly below the one acted for with its checklist."""
    where = await here(work)

    async def read(there: Work, codes: tuple[str, ...]) -> list[Starting]:
        return [await starting(there, code, where.names[code]) for code in codes]

    codes = [named.code for named in where.face.below]
    asked = await over(work, codes, read, writes=True)  # each checklist notes its own reading
    asked = asked.sorted_by(lambda one: one.code)
    may = "bureau_admin" in work.principal.roles and where.face.level != "county"
    return Onboarding(where, asked.found, may, asked.absent)


async def own_start(work: Work) -> OwnStart:
    """The page of the bureau acted for."""
    where = await here(work)
    face = where.face
    kept = await choices.all_of(work.db, work.scope, face.code)
    waiting = [row for row in kept if row.state == "proposed"]
    rows = tuple(_row(row) for row in waiting)
    blank = SKELETON.format(today=work.today.isoformat())
    start = await starting(work, face.code, face.name)
    tasks = (await rules_for(work, face.code)).get("startup.tasks")
    startup = rule_row(tasks) if tasks is not None else None
    return OwnStart(where, start, rows, blank, *await _preview(work, waiting), startup)


async def _preview(
    work: Work, waiting: Sequence[RuleChoice]
) -> tuple[PreviewFace | None, dict[str, Any] | None]:
    """What all proposals would change together, or why they do not fit."""
    if not waiting:
        return None, None
    try:
        tried = await try_rows(work, waiting, planned_year(work))
    except TextRefused as refused:
        return None, refused.as_dict()
    return (preview_face(tried.tried, tried.effects) if tried.tried else None), None


def planned_year(work: Work) -> int:
    """The year a new bureau plans first: the running one, from 1 October on the next."""
    return work.today.year + (work.today.month >= 10)


def _row(row: RuleChoice) -> RuleRow:
    (choice,) = read_row(row)
    return rule_row(Value(choice.value, choice.basis, choice.key, choice.note, "", (row.bureau,), "choice"))


async def starting(work: Work, code: str, name: str) -> Starting:
    """One bureau with its checklist."""
    return Starting(code, name, await bureau_checklist(work, code))
