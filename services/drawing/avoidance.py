"""An overlay that avoids: the sites the district drew for the same period are not in the urn.

Which draw was avoided stands in the frozen rules of every class, so that anyone can tell the true odds, and
the overlay stays closed until that draw is open: its "-avoided" labels are the district's list.
Basis: rd1 §1, §11; obligation 16.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from policies.planning.quota import Quota
from policies.rulebook.rules import Rules
from services.drawing.open_errors import AvoidedNotDrawn, AvoidedSealed
from services.visiting.tasksheet import open_sheets
from services.work import Work
from tenants.rows import Draw
from tenants.stores import draws, tasks

WHY = "上级稽查避开属地已抽中的污染源"
RESULT = ("drawn", "opened")


@dataclass(frozen=True, slots=True)
class Avoided:
    """The draw that is avoided, and the sites of its visits that are not cancelled."""

    bureau: str
    draw_no: int
    sites: frozenset[str]


async def avoided_by(work: Work, draw: Draw, rules: Rules) -> Avoided | None:
    """What an overlay must leave out; None when it need not avoid anything.

    The district's list is opened for it, journalled there, and told to nobody.

    Raises:
        AvoidedNotDrawn: the district has no result yet.
    """
    if draw.kind != "overlay" or rules.text("overlay.handling") != "avoid":
        return None
    async with work.inside(draw.subject) as there:
        for other in await draws.of_period(there.db, there.scope, draw.subject, draw.period):
            if (other.item, other.kind) != (draw.item, "routine") or other.state not in RESULT:
                continue
            every = await tasks.of_draw(there.db, there.scope, other.bureau, other.draw_no)
            slots = [task.slot for task in every if task.state != "cancelled"]
            sheets = await open_sheets(there, other.draw_no, slots, WHY) if slots else ()
            found = Avoided(other.bureau, other.draw_no, frozenset(sheet.uid for sheet in sheets))
            break
        else:
            cite = rules.value("overlay.handling").basis.cite()
            raise AvoidedNotDrawn(basis=cite, subject=draw.subject, period=draw.period)
    return found


def marked(quota: Quota, found: Avoided | None) -> Quota:
    """The quota whose published rules name the draw that was avoided."""
    if found is None:
        return quota
    named = {"handling": "avoid", "avoids": f"{found.bureau}/{found.draw_no}"}
    return replace(quota, rd1_rules={stratum: {**rule, **named} for stratum, rule in quota.rd1_rules.items()})


def avoids(rules: Mapping[str, Any] | None) -> tuple[tuple[str, int], ...]:
    """(bureau, draw_no) of the draws avoided by a draw with these frozen rules."""
    named = {str(rule["avoids"]) for rule in (rules or {}).values() if "avoids" in rule}
    pairs = (one.rpartition("/") for one in sorted(named))
    return tuple((bureau, int(number)) for bureau, _, number in pairs)


async def still_sealed(work: Work, draw: Draw) -> tuple[str, int] | None:
    """The first draw this one avoided that is not open yet."""
    for bureau, draw_no in avoids(draw.rules):
        async with work.inside(bureau) as there:
            other = await draws.get(there.db, there.scope, bureau, draw_no)
        if other.opened_at is None:
            return bureau, draw_no
    return None


async def refuse_before_avoided(work: Work, draw: Draw) -> None:
    """An overlay opens only after the draws it avoided. Raises AvoidedSealed."""
    if (found := await still_sealed(work, draw)) is not None:
        bureau, draw_no = found
        raise AvoidedSealed(f"{bureau}/{draw_no}", bureau=bureau, draw_no=draw_no)
