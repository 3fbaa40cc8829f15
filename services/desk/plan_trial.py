"""The year tried out at the desk: another number of staff, other ratios, other rosters. Nothing is kept."""

from dataclasses import dataclass
from typing import Any

from litestar import Request, get
from litestar.response import Template

from policies.errors import Problem
from policies.planning.items import ROUTINE
from policies.rulebook.law_rates import read_rate
from policies.rulebook.rates import Rate
from services.ruling.plan_effects import PlanBase
from services.ruling.rule_choice_errors import FieldMissing
from services.ruling.ruleset import rules_for
from services.ruling.text_forms import read_assumed
from services.ruling.typed_values import narrow, rate_of, said
from services.usecases.try_plan import PlanAsked, plan_choices, try_plan
from services.views.desk import here
from services.views.plan_effects import EffectFace, effect_face
from services.views.plans import item_names
from services.views.rule_form import RATES, text_form
from services.web.depends import InWork
from services.web.pages import language, page
from services.work import Work

AnyRequest = Request[Any, Any, Any]


@dataclass(frozen=True, slots=True)
class Asking:
    """The form as read, or what is wrong with it by field."""

    asked: PlanAsked
    faults: dict[str, Problem]


@get("/desk/plan/trial", action="plan.read", noting=True)
async def show(request: AnyRequest, work: InWork) -> Template:
    """The form over the numbers as they are; once sent, the year before and after."""
    data = {name: str(words) for name, words in request.query_params.items()}
    asking = _read(work, data)
    rules = await rules_for(work, work.scope.bureau)
    problem, face = None, None
    bases: tuple[PlanBase, ...] = ()
    try:
        bases = await plan_choices(work, asking.asked.year)
        face = None if asking.faults else await _face(work, asking.asked)
    except Problem as refused:
        if refused.kind not in ("invalid", "missing", "conflict"):
            raise
        problem = refused.as_dict(language(request))
    return page(
        request,
        "desk/plan_trial.html",
        status=422 if asking.faults or problem else 200,
        here=await here(work),
        form=text_form(rules, data, asking.faults, language(request)),
        data=data,
        asked=asking.asked,
        bases=bases,
        items=item_names(rules),
        face=face,
        problem=problem,
    )


def _read(work: Work, data: dict[str, str]) -> Asking:
    faults: dict[str, Problem] = {}
    year, assumed = read_assumed(data, faults)
    rates: dict[str, Rate] = {}
    for key in RATES:
        try:
            plain = rate_of(key, data)
            rates |= {key: read_rate(plain, key)} if plain else {}
        except Problem as problem:
            faults[key] = problem
    team = narrow(data, "try.team")
    if team and not (team.isascii() and team.isdigit() and 0 < int(team[:4]) < 1000):
        faults["try.team"] = FieldMissing(team[:20], field="每组人数", need="整数，如 2")
        team = ""
    default = work.today.year + (work.today.month == 12)
    found = PlanAsked(
        year or default,
        said(data, "subject"),
        said(data, "item") or ROUTINE,
        rates,
        assumed,
        int(team[:4]) if team else None,
    )
    return Asking(found, faults)


async def _face(work: Work, asked: PlanAsked) -> EffectFace:
    tried = await try_plan(work, asked)
    rules = await rules_for(work, work.scope.bureau)
    return effect_face(tried.effect, item_names(rules))


routes = [show]
