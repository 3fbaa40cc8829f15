"""Organisation and entrustment: who holds which duty since when, who works on whose behalf; published."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from litestar import Request, get, post
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect, Template

from services.desk.forms import day_of, some_day, words_of
from services.keepers import Keeping, keeping_of
from services.usecases.keep_organisation import (
    NewDuty,
    NewEntrustment,
    end_duty,
    end_entrustment,
    enter_duty,
    enter_entrustment,
)
from services.usecases.publish_organisation import publish_entrustments, publish_organisation
from services.views.desk import here
from services.views.notices import NoticeRow, notice_rows
from services.web.depends import InWork
from services.web.pages import page
from services.work import Work
from tenants.organisation_rows import Duty, Entrustment
from tenants.stores import members, notices, standing

AnyRequest = Request[Any, Any, Any]
Form = URLEncodedBody[dict[str, str]]


@dataclass(frozen=True, slots=True)
class OrganisationPage:
    """Rows that hold today, and those of the past; `notices`: what was published of them.

    Attributes:
        people: login → name of who may be tied to a duty.
        keeping: who keeps the roster, and its handovers.
    """

    duties: tuple[Duty, ...]
    past_duties: tuple[Duty, ...]
    entrustments: tuple[Entrustment, ...]
    past_entrustments: tuple[Entrustment, ...]
    notices: tuple[NoticeRow, ...]
    own: bool
    people: Mapping[str, str]
    keeping: Keeping


@get("/desk/organisation", action="organisation.read")
async def show(request: AnyRequest, work: InWork, bureau: FromQuery[str] = "") -> Template:
    """Leading group, office, duties, entrustments."""
    whose = bureau or work.scope.bureau
    where = await here(work, whose)
    data = await organisation_page(work, whose, where.names)
    return page(request, "desk/organisation.html", here=where, data=data)


@post("/desk/organisation/duties", action="organisation.keep", status_code=303)
async def add_duty(work: InWork, data: Form) -> Redirect:
    """Enters who holds a duty."""
    names = ("unit", "duty", "name", "post", "basis", "person")
    await enter_duty(
        work,
        NewDuty(since=day_of(data, "since", "起始日"), **{name: words_of(data, name) for name in names}),
    )
    return _back()


@post("/desk/organisation/duties/{id:uuid}/end", action="organisation.keep", status_code=303)
async def finish_duty(work: InWork, id: FromPath[UUID], data: Form) -> Redirect:
    """Sets the last day of a duty."""
    await end_duty(work, id, day_of(data, "until", "截止日"))
    return _back()


@post("/desk/organisation/entrustments", action="organisation.keep", status_code=303)
async def add_entrustment(work: InWork, data: Form) -> Redirect:
    """Enters an entrustment."""
    names = ("unit", "scope", "basis", "credit_code")
    new = NewEntrustment(
        since=day_of(data, "since", "起始日"),
        until=some_day(data, "until", "截止日"),
        **{name: words_of(data, name) for name in names},
    )
    await enter_entrustment(work, new)
    return _back()


@post("/desk/organisation/entrustments/{id:uuid}/end", action="organisation.keep", status_code=303)
async def finish_entrustment(work: InWork, id: FromPath[UUID], data: Form) -> Redirect:
    """Sets the last day of an entrustment."""
    await end_entrustment(work, id, day_of(data, "until", "截止日"))
    return _back()


@post("/desk/organisation/publish", action="notice.publish", status_code=303)
async def publish(work: InWork, data: Form) -> Redirect:
    """Publishes the organisation, or the entrustments."""
    if data.get("what") == "entrustments":
        await publish_entrustments(work)
    else:
        await publish_organisation(work)
    return _back()


async def organisation_page(work: Work, bureau: str, names: Any) -> OrganisationPage:
    """What the page shows. Raises Stranger for a bureau out of sight."""
    work.require("organisation.read", bureau=bureau)
    duties = await standing.all_of(work.db, work.scope, Duty, bureau)
    entrusted = await standing.all_of(work.db, work.scope, Entrustment, bureau)
    made = [
        one
        for kind in ("organisation", "entrustment")
        for one in await notices.listing(work.db, work.scope, bureau, kind=kind, limit=5)
    ]
    return OrganisationPage(
        tuple(row for row in duties if not _over(work, row)),
        tuple(row for row in duties if _over(work, row)),
        tuple(row for row in entrusted if not _over(work, row)),
        tuple(row for row in entrusted if _over(work, row)),
        notice_rows(made, names),
        bureau == work.scope.bureau,
        {m.subject: m.name for m in await members.in_bureau(work.control, work.scope, bureau, work.today)},
        await keeping_of(work, bureau),
    )


def _over(work: Work, row: Duty | Entrustment) -> bool:
    return row.until is not None and row.until < work.today


def _back() -> Redirect:
    return Redirect("/desk/organisation", status_code=303)


routes = [show, add_duty, finish_duty, add_entrustment, finish_entrustment, publish]
