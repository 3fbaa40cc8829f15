"""Rules of the bureau: read with citation, dates and mark; what was chosen, by whom, and what differs."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from litestar import Request, get
from litestar.params import FromQuery
from litestar.response import Template

from policies.rulebook.rule_changes import difference
from services.desk.forms import some_day
from services.ruling.ruleset import rules_for
from services.views.choices import ChangeFace, ChoiceFace, change_face, choice_faces
from services.views.desk import here
from services.views.people import people_of
from services.views.rules import RulesFace, rules_face
from services.web.depends import InWork
from services.web.pages import page
from services.work import Work
from tenants.stores import choices

AnyRequest = Request[Any, Any, Any]


@dataclass(frozen=True, slots=True)
class RulesPage:
    """Rules in force on a day; `open`: proposals that wait; `coming`: approved, not in force yet."""

    face: RulesFace
    open: tuple[ChoiceFace, ...]
    coming: tuple[ChoiceFace, ...]
    own: bool


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Every choice there ever was, and what differs between two days."""

    rows: tuple[ChoiceFace, ...]
    before: date
    after: date
    changes: tuple[ChangeFace, ...]


@get("/desk/rules", action="plan.read")
async def show(
    request: AnyRequest,
    work: InWork,
    on: FromQuery[str] = "",
    subject: FromQuery[str] = "",
    bureau: FromQuery[str] = "",
) -> Template:
    """The rules in force, proposals that wait for a second person, choices yet to come."""
    whose = bureau or work.scope.bureau
    data = await rules_page(work, whose, some_day({"on": on}, "on", "日期") or work.today, subject)
    return page(request, "desk/rules.html", here=await here(work, whose), data=data)


@get("/desk/rules/history", action="plan.read")
async def history(
    request: AnyRequest,
    work: InWork,
    before: FromQuery[str] = "",
    after: FromQuery[str] = "",
    bureau: FromQuery[str] = "",
) -> Template:
    """Every choice with its people and dates, and the rules of two days side by side."""
    whose = bureau or work.scope.bureau
    days = {"before": before, "after": after}
    old = some_day(days, "before", "前一日期") or date(work.today.year - 1, 12, 31)
    new = some_day(days, "after", "后一日期") or work.today
    data = await history_page(work, whose, old, new)
    return page(request, "desk/rules_history.html", here=await here(work, whose), data=data)


async def rules_page(work: Work, bureau: str, on: date, subject: str = "") -> RulesPage:
    """What the page shows. Raises Stranger for a bureau out of sight."""
    work.require("plan.read", bureau=bureau)
    rules = await rules_for(work, bureau, subject=subject, on=on)
    rows = await choices.all_of(work.db, work.scope, bureau)
    people = await people_of(work, bureau)
    return RulesPage(
        rules_face(rules),
        choice_faces((row for row in rows if row.state == "proposed"), people),
        choice_faces((row for row in rows if row.state == "approved" and row.effective > on), people),
        bureau == work.scope.bureau,
    )


async def history_page(work: Work, bureau: str, before: date, after: date) -> HistoryPage:
    """What the page shows; raises as `rules_page`."""
    work.require("plan.read", bureau=bureau)
    rows = await choices.all_of(work.db, work.scope, bureau)
    old, new = await rules_for(work, bureau, on=before), await rules_for(work, bureau, on=after)
    changes = tuple(change_face(one) for one in difference(old, new))
    return HistoryPage(choice_faces(rows, await people_of(work, bureau)), before, after, changes)


routes = [show, history]
