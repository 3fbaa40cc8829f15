"""A bureau's own pages: overview, rules, yearly plan."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from litestar import Request, get
from litestar.params import FromPath
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncConnection

from policies.planning.deadlines import Calendar, draw_window, provisional
from policies.rulebook.lawbook import Lawbook
from policies.rulebook.rule_errors import NoRule
from policies.rulebook.rules import Rules, Value
from policies.terms import Period
from services.clock import today
from services.ruling.calendars import public_calendar
from services.views.bureaus import BureauFace, face_of, names_of, tree
from services.views.draws import DrawFace, draw_face
from services.views.notices import NoticeRow, notice_rows
from services.views.periods import chosen_period, next_period, period_of
from services.views.plans import PlanFace, plan_faces
from services.views.public_rules import approved_choices, in_force, texts
from services.views.rules import RulesFace, rules_face
from services.views.waivers import PublicFace, public_faces
from services.web.depends import InApp, InCommon, InPublic
from services.web.pages import page
from tenants.stores import public as store
from tenants.stores.public_numbers import published_results
from tenants.stores.waiver_uses import public_waivers

AnyRequest = Request[Any, Any, Any]


@dataclass(frozen=True, slots=True)
class NextDraw:
    """When the list of a quarter will be drawn, and by which rule.

    `provisional`: the year has no holiday notice yet; the days move when it is entered.
    """

    period: Period
    first: date
    last: date
    rule: Value
    provisional: bool


@dataclass(frozen=True, slots=True)
class Overview:
    """A bureau at a glance.

    Attributes:
        draws: of this and the next quarter, newest first. published: their results by draw_no.
        plan: plans of the year as published, one a roster.
        waivers: of duties kept apart, by the superior; past ones included.
    """

    face: BureauFace
    period: Period
    draws: tuple[DrawFace, ...]
    published: dict[int, int]
    coming: NextDraw | None
    plans: tuple[PlanFace, ...]
    notices: tuple[NoticeRow, ...]
    waivers: tuple[PublicFace, ...] = ()


@get("/b/{bureau:str}", action="public.read")
async def overview(
    request: AnyRequest, public: InPublic, common: InCommon, app: InApp, bureau: FromPath[str]
) -> Template:
    """A bureau's front page."""
    data = await overview_data(common, public, app.book, bureau, today(app.clock))
    return page(request, "portal/bureau.html", face=data.face, data=data, today=today(app.clock))


@get("/b/{bureau:str}/rules", action="rules.read")
async def rules(request: AnyRequest, public: InPublic, app: InApp, bureau: FromPath[str]) -> Template:
    """The rules in force today, each value with its citation; for a city also those over each district."""
    face, data = await rules_data(public, app.book, bureau, today(app.clock))
    entries = await public_names(public)
    return page(request, "portal/rules.html", face=face, data=data, names=entries)


@get("/b/{bureau:str}/plan/{year:int}", action="public.read")
async def plan(
    request: AnyRequest, public: InPublic, app: InApp, bureau: FromPath[str], year: FromPath[int]
) -> Template:
    """The yearly plan as published."""
    face = face_of(await tree(public), bureau)
    plans = await published_plans(public, bureau, year)
    names = await public_names(public)
    this_year = today(app.clock).year
    return page(
        request, "portal/plan.html", face=face, plans=plans, year=year, names=names, this_year=this_year
    )


async def overview_data(
    common: AsyncConnection, db: AsyncConnection, book: Lawbook, bureau: str, on: date
) -> Overview:
    """Everything the overview shows; `common` is in the control database."""
    entries = await tree(db)
    face, period = face_of(entries, bureau), period_of(on)
    every = await store.public_draws(db, bureau)
    rules = in_force(book, face.path, face.level, on, await approved_choices(db, bureau))
    coming = _coming(rules, period, on, {d.period for d in every}, await public_calendar(common, db, bureau))
    period = chosen_period(period, [Period.parse(d.period) for d in every])
    wanted = {str(period), str(next_period(period))}
    found = [d for d in every if d.period in wanted]
    results = await published_results(db, str(period))
    return Overview(
        face=face,
        period=period,
        draws=tuple(draw_face(d) for d in found),
        published={no: count for (code, no), count in results.items() if code == bureau},
        coming=coming,
        plans=await published_plans(db, bureau, on.year),
        notices=notice_rows(await store.public_list(db, bureau, limit=8), names_of(entries)),
        waivers=public_faces(await public_waivers(db, bureau), names_of(entries), on),
    )


async def rules_data(
    db: AsyncConnection, book: Lawbook, bureau: str, on: date
) -> tuple[BureauFace, tuple[RulesFace, ...]]:
    """The rules of a bureau; a city's stand once for each district that has values of its own."""
    face = face_of(await tree(db), bureau)
    stated = texts(await approved_choices(db, bureau))
    own = rules_face(in_force(book, face.path, face.level, on, stated))
    if face.level != "city":
        return face, (own,)
    over = [rules_face(in_force(book, face.path, face.level, on, stated, below.code)) for below in face.below]
    return face, (own, *[one for one in over if one.groups != own.groups])


async def published_plans(db: AsyncConnection, bureau: str, year: int) -> tuple[PlanFace, ...]:
    """The newest published plan of a year that was not withdrawn."""
    for notice in await store.public_list(db, bureau, "plan", limit=50):
        if notice.withdrawn_at is None and notice.body.get("year") == year:
            return plan_faces(notice.body)
    return ()


async def public_names(db: AsyncConnection) -> dict[str, str]:
    """Code → name of every bureau."""
    return dict(names_of(await tree(db)))


def _coming(rules: Rules, period: Period, on: date, drawn: set[str], calendar: Calendar) -> NextDraw | None:
    """The next window in which nothing was frozen yet; None where no text sets one."""
    for wanted in (period, next_period(period)):
        try:
            first, last = draw_window(rules, wanted, calendar)
            rule = rules.value("draw.window")
        except NoRule:
            return None
        if on <= last and str(wanted) not in drawn:
            return NextDraw(wanted, first, last, rule, provisional(first, last, calendar))
    return None


routes = [overview, rules, plan]
