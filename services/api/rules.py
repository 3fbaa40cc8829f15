"""Rules with their citations, and a year simulated from counts alone."""

from datetime import date
from typing import Annotated, Any

from litestar import Request, Response
from litestar.params import QueryParameter

from policies.planning.plan import Counts
from policies.planning.simulate import simulate, try_out
from policies.rulebook.law_rates import read_rate
from policies.rulebook.law_yaml import load
from policies.rulebook.rules import Rules
from policies.terms import Mark
from services.api.contract import reads
from services.api.etags import tagged
from services.api.types import NO_NUL, AnyBureau, Bureau, Code, Day, Out, show
from services.clock import today
from services.ruling.ruleset import rules_for
from services.views.public_rules import approved_choices, in_force, texts
from services.web.depends import InApp, InPublic, InWork
from tenants.stores import public as store

AnyRequest = Request[Any, Any, Any]
Count = Annotated[int, QueryParameter(ge=0, le=1_000_000)]
AnyCount = Annotated[int | None, QueryParameter(ge=0, le=1_000_000, description="Staff tried out.")]
AnyRate = Annotated[
    str | None, QueryParameter(max_length=400, pattern=NO_NUL, description="A ratio tried out, as YAML.")
]
InYear = Annotated[int, QueryParameter(ge=2000, le=2999, description="Calendar year.")]


class BasisOut(Out):
    """A citation. `sentence` holds words of the text only where `mark` is `quoted`."""

    text: str
    clause: str
    sentence: str
    mark: Mark
    effective: date
    checked_on: date


class RuleOut(Out):
    """One value in force. `place` runs from "CN" to the jurisdiction that states it."""

    key: str
    zh: str
    en: str
    value: Any
    words: str
    basis: BasisOut
    note: str
    open_text: str
    place: str
    origin: str
    factors: dict[str, str]


class WarningOut(Out):
    """Something lawful to go on with, but not silently; `decide`: the bureau has to choose."""

    code: str
    zh: str
    en: str
    basis: list[BasisOut]
    decide: bool


class RulesOut(Out):
    """The rules of a bureau on a day; `floors` are what texts above say for the same key."""

    bureau: Code
    path: list[str]
    on: date
    level: str
    values: list[RuleOut]
    floors: dict[str, list[RuleOut]]
    warnings: list[WarningOut]


@reads("/bureaus/{bureau:str}/rules", action="rules.read")
async def get_rules(
    request: AnyRequest,
    public: InPublic,
    app: InApp,
    bureau: Bureau,
    on: Day = None,
    subject: AnyBureau = None,
) -> Response[RulesOut]:
    """The texts in force, each value with its citation.

    `on` is the day (default today), `subject` the district whose roster is meant, for a city's draws over it.
    """
    rules = await _texts(public, app.book, bureau, on or today(app.clock), subject)
    return tagged(request, show(rules.as_dict(), RulesOut))


@reads("/bureaus/{bureau:str}/rules/effective", action="plan.read")
async def get_effective_rules(
    request: AnyRequest,
    work: InWork,
    bureau: Bureau,
    on: Day = None,
    subject: AnyBureau = None,
) -> Response[RulesOut]:
    """The rules a draw of today would follow: the texts and the bureau's own approved choices."""
    work.require("plan.read", bureau=bureau)
    rules = await rules_for(work, bureau, subject=subject or "", on=on)
    return tagged(request, show(rules.as_dict(), RulesOut))


@reads("/bureaus/{bureau:str}/plan-simulation", action="rules.read")
async def simulate_plan(
    public: InPublic,
    app: InApp,
    bureau: Bureau,
    year: InYear,
    staff: Count,
    key: Count = 0,
    general: Count = 0,
    special: Count = 0,
    key_special: Count = 0,
    subject: AnyBureau = None,
    new_staff: AnyCount = None,
    rate_key: AnyRate = None,
    rate_general: AnyRate = None,
    rate_special: AnyRate = None,
) -> dict[str, Any]:
    """Quotas by class and quarter from counts alone, by the texts in force; nothing is kept.

    `key`, `general` and `special` are disjoint; `key_special` counts key sites within `special`. With
    `new_staff` or a `rate_…` the answer is the year with these, and `compared` says what they change.
    A rate is written as in docs/rules.md: `{base: share, value: 1/4, per: quarter}`.
    """
    rules = await _texts(public, app.book, bureau, today(app.clock), subject)
    counts = Counts(key, general, special, key_special)
    given = {"rate.key": rate_key, "rate.general": rate_general, "rate.special": rate_special}
    rates = {name: read_rate(load(text, name).raw(), name) for name, text in given.items() if text}
    if new_staff is None and not rates:
        return simulate(rules, counts, staff, year)
    found = try_out(rules, counts, staff, year, rates=rates, new_staff=new_staff)
    after: dict[str, Any] = found["after"]
    return after | {"compared": found["effect"]}


async def _texts(public: InPublic, book: Any, bureau: str, on: date, subject: str | None) -> Rules:
    entry = await store.public_bureau(public, bureau)
    stated = texts(await approved_choices(public, bureau))
    return in_force(book, entry.path, entry.level, on, stated, subject or "")


routes = [get_rules, get_effective_rules, simulate_plan]
