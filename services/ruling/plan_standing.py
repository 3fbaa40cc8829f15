"""Does a kept plan still say what the rules of today would make of its own numbers?

The rosters' sizes and the staff are those the plan was made with, the staff of now is told beside:
what changed is then the rules alone. Basis: our own check; a draw refuses a plan whose own day was rewritten.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from policies.errors import Problem
from policies.planning.items import ROUTINE, items_of
from policies.planning.plan import Counts, make_plan
from services.ruling.plans import count_staff, same_numbers
from services.ruling.ruleset import rules_for
from services.work import Work
from tenants.rows import PlanRow
from tenants.stores import officers


@dataclass(frozen=True, slots=True)
class PlanMoved:
    """A roster and item whose plan the rules of today would make otherwise.

    Attributes:
        old, new: visits of the year. cited: (class, rule and text before, rule and text now) where these
            differ; a rule may change without changing a number.
        fault: why today's rules make no plan at all, in words; "" otherwise.
    """

    subject: str
    item: str
    old: int
    new: int
    cited: tuple[tuple[str, str, str], ...] = ()
    fault: str = ""


@dataclass(frozen=True, slots=True)
class PlanStanding:
    """What moved since a plan was made; `staff` is the number counted today, `planned` the plan's."""

    moved: tuple[PlanMoved, ...]
    new_items: tuple[str, ...]
    gone_items: tuple[str, ...]
    planned: int
    staff: int

    @property
    def stale(self) -> bool:
        """Rules changed so that the plan should be made again."""
        return bool(self.moved or self.new_items or self.gone_items)


async def plan_standing(work: Work, row: PlanRow) -> PlanStanding:
    """Compare a kept plan with the rules of today, or of the year's first day while that is to come."""
    on = max(work.today, date(row.year, 1, 1))
    own = await rules_for(work, row.bureau, on=on)
    kept = row.body.get("plans") or [row.body]
    known = {str(one.get("item", ROUTINE)): str(one.get("item_name") or one.get("item", "")) for one in kept}
    now = items_of(own)
    names = dict(found.value) if (found := own.get("draw.items")) is not None else {}
    moved = [await _moved(work, row, one, on) for one in kept if one.get("item", ROUTINE) in now]
    people = await officers.all_of(await work.at(row.bureau), work.scope, row.bureau)
    return PlanStanding(
        tuple(one for one in moved if one is not None),
        tuple(names.get(item, item) for item in now if item not in known),
        tuple(name for item, name in known.items() if item not in now),
        int(kept[0].get("staff", 0)),
        count_staff(people, own, work.today),
    )


async def _moved(work: Work, row: PlanRow, kept: Mapping[str, Any], on: date) -> PlanMoved | None:
    subject, item = str(kept.get("subject", row.bureau)), str(kept.get("item", ROUTINE))
    name = str(kept.get("item_name") or "")
    old = sum(line["number"] for line in kept["lines"])
    try:
        rules = await rules_for(work, row.bureau, subject=subject, item=item, on=on)
        made = make_plan(
            rules,
            Counts(**kept["counts"]),
            kept["staff"],
            row.year,
            subject=subject,
            districts=kept.get("districts"),
        ).as_dict()
    except Problem as problem:
        return PlanMoved(subject, name, old, 0, fault=problem.wording().title)
    before, after = _cited(kept), _cited(made)
    cited = tuple(
        (stratum, before.get(stratum, ""), after.get(stratum, ""))
        for stratum in dict.fromkeys([*before, *after])
        if before.get(stratum) != after.get(stratum)
    )
    if same_numbers(made["lines"], kept["lines"]) and not cited:
        return None
    return PlanMoved(subject, name, old, sum(line["number"] for line in made["lines"]), cited)


def _cited(plan: Mapping[str, Any]) -> dict[str, str]:
    """Class → the rule in words with its text and clause."""
    return {
        line["stratum"]: f"{line['rule']}（{line['basis']['text']} {line['basis']['clause']}）"
        for line in plan["lines"]
    }
