"""A year tried out with other ratios, officers, sites or teams; nothing is kept. Basis: obligations 13–17."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from policies.planning.items import ROUTINE
from policies.planning.simulate import try_out
from policies.rulebook.rates import Rate
from services.drawing.draw_errors import NoPlan
from services.ruling.plan_effects import (
    NOTHING_ASSUMED,
    Assumed,
    PlanBase,
    PlanEffect,
    assuming,
    plain_counts,
    plan_bases,
)
from services.ruling.plans import seen_subjects
from services.ruling.ruleset import rules_for
from services.work import Work


@dataclass(frozen=True, slots=True)
class PlanAsked:
    """What to try out.

    Attributes:
        year: of the plan. subject: whose roster; "" = the bureau's own, or a city's first district.
        item: 抽查事项.
        rates: ratios to use instead, by key. assumed: numbers to use instead. team: officers of a visit.
    """

    year: int
    subject: str = ""
    item: str = ROUTINE
    rates: Mapping[str, Rate] | None = None
    assumed: Assumed = NOTHING_ASSUMED
    team: int | None = None


@dataclass(frozen=True, slots=True)
class PlanTrial:
    """What came out. `base`: the numbers as they are; `bases`: all rosters and items to choose from."""

    base: PlanBase
    bases: tuple[PlanBase, ...]
    effect: PlanEffect
    result: Mapping[str, Any]


async def plan_choices(work: Work, year: int) -> tuple[PlanBase, ...]:
    """Rosters and items the bureau plans for, with their numbers.

    Raises:
        NoPlan: a city without districts. Forbidden: without a plan yet, to a role that sees no roster below.
    """
    work.require("plan.read")
    rules = await rules_for(work, work.scope.bureau, on=max(work.today, date(year, 1, 1)))
    found, _ = await plan_bases(work, rules, (year,), year, Assumed({}, None, blank=True))
    if not found:
        await seen_subjects(work, work.scope.bureau)
        raise NoPlan(work.scope.bureau, year=year)
    return tuple(found)


async def try_plan(work: Work, asked: PlanAsked) -> PlanTrial:
    """The year as it is, and as it would be.

    Raises:
        NoPlan: no roster to plan over. NoRule: a class has sites and no ratio. BadCounts: see `try_out`.
        BelowOwnText, OutsideRange: a ratio that could not be chosen.
    """
    bases = await plan_choices(work, asked.year)
    fitting = [b for b in bases if asked.subject in ("", b.subject) and asked.item == b.item]
    base = (fitting or list(bases))[0]
    on = max(work.today, date(asked.year, 1, 1))
    rules = await rules_for(work, work.scope.bureau, subject=base.subject, item=base.item, on=on)
    other = assuming(base, asked.assumed)
    result = try_out(
        rules,
        base.counts if base.counts.total else other.counts,
        base.staff,
        asked.year,
        rates=asked.rates,
        new_staff=other.staff,
        new_counts=other.counts,
        team=asked.team,
        subject=base.subject,
        districts=base.districts,
    )
    effect = PlanEffect(
        base.subject,
        base.item,
        asked.year,
        other.source,
        plain_counts(other.counts),
        other.staff,
        result["before"],
        result["after"],
        tuple(result["effect"]["lines"]),
    )
    return PlanTrial(base, bases, effect, result)
