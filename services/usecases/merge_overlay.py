"""A site drawn by both the city and the district becomes one joint visit. Basis: obligation 16.

Which sites meet is read in the sealed lists of both; what is kept, and told, is only the pair of slots.
"""

from dataclasses import dataclass
from typing import Any

from services.drawing.duties import refuse_drawers
from services.ruling.ruleset import rules_for
from services.visiting.joint import hold_roster
from services.visiting.tasksheet import TaskSheet, open_sheets
from services.visiting.visit_errors import NotMergeable
from services.work import Work
from tenants import journal
from tenants.rows import Draw, Task
from tenants.stores import bureaus, draws, joints, tasks

_WHY = "合并市级稽查与属地抽查"
_OPEN = ("drawn", "dispatched", "arrived")


@dataclass(frozen=True, slots=True)
class Side:
    """A draw of one bureau, with the sites of its visits that are not cancelled."""

    draw: Draw
    tasks: dict[int, Task]
    by_site: dict[str, TaskSheet]


@dataclass(frozen=True, slots=True)
class Merged:
    """Pairs of slots (city, district).

    Attributes:
        linked: joined now. before: joined already.
        late: drawn by both, but each side has its own day, or one of them its record; they stay two visits.
    """

    city: str
    city_draw: int
    district: str
    district_draw: int
    linked: tuple[tuple[int, int], ...]
    before: tuple[tuple[int, int], ...]
    late: tuple[tuple[int, int], ...]

    def as_dict(self) -> dict[str, Any]:
        """JSON form; slots only."""
        names = ("city", "city_draw", "district", "district_draw", "linked", "before", "late")
        return {name: getattr(self, name) for name in names}


async def merge_overlay(work: Work, city_draw: int, district: str, district_draw: int) -> Merged:
    """Join what both drew; before both sides are dispatched, so that one day fits both. Repeatable.

    Args:
        work: of the city's dispatcher, or the system, in the city's scope.
        city_draw: the overlay draw of the city.
        district: the bureau whose roster it drew from.
        district_draw: the district's own draw of the same period.

    Raises:
        NotMergeable: draws of different period, item or subject, without results, or kept apart by rule.
        DrewIt: who merges had a hand in one of them.
    """
    work.require("task.merge")
    rules = await rules_for(work, work.scope.bureau, subject=district)
    if (handling := rules.text("overlay.handling")) != "merge":
        cite = rules.value("overlay.handling").basis.cite()
        raise NotMergeable(handling, need="overlay.handling = merge", basis=cite)
    first = await draws.get(work.db, work.scope, work.scope.bureau, city_draw)
    # before anything of the district is read: only its own superior, and only for a draw over its roster
    below = await bureaus.visible_from(work.control, work.scope.bureau)
    if first.subject != district or district not in below:
        raise NotMergeable(f"{first.subject} — {district}", need="同一属地")
    await hold_roster(work, first)
    first = await draws.get(work.db, work.scope, work.scope.bureau, city_draw)
    await refuse_drawers(work, first)
    async with work.inside(district) as there:
        second = await draws.get(there.db, there.scope, district, district_draw)
        _fit(first, second)
        await refuse_drawers(there, second)
        other = await _side(there, second)
    own = await _side(work, first)
    return await _join(work, own, other)


def _fit(city: Draw, district: Draw) -> None:
    for name, ok in {
        "两次抽取均已有结果": city.state == district.state == "drawn",
        "同一周期": city.period == district.period,
        "同一事项": city.item == district.item,
        "市级稽查抽取": city.kind == "overlay" and district.kind == "routine",
        "同一属地": city.subject == district.subject == district.bureau,
    }.items():
        if not ok:
            got = f"{city.bureau}/{city.draw_no} — {district.bureau}/{district.draw_no}"
            raise NotMergeable(got, need=name)


async def _side(work: Work, draw: Draw) -> Side:
    found = {t.slot: t for t in await tasks.of_draw(work.db, work.scope, draw.bureau, draw.draw_no)}
    slots = [slot for slot, task in found.items() if task.state != "cancelled"]
    sheets = await open_sheets(work, draw.draw_no, slots, _WHY) if slots else ()
    return Side(draw, found, {sheet.uid: sheet for sheet in sheets})


async def _join(work: Work, own: Side, other: Side) -> Merged:
    both = sorted(own.by_site.keys() & other.by_site.keys())
    pairs = sorted((own.by_site[uid].slot, other.by_site[uid].slot) for uid in both)
    kept = {
        (joint.slot, joint.other_slot)
        for joint in await joints.of_draw(work.db, work.scope, own.draw.bureau, own.draw.draw_no)
        if (joint.other_bureau, joint.other_draw_no) == (other.draw.bureau, other.draw.draw_no)
    }
    new = [pair for pair in pairs if pair not in kept]
    late = [(a, b) for a, b in new if _apart(own.tasks[a], other.tasks[b])]
    linked = [pair for pair in new if pair not in late]
    await _link(work, own.draw, other.draw, linked)
    async with work.inside(other.draw.bureau) as there:
        await _link(there, other.draw, own.draw, [(b, a) for a, b in linked])
    return Merged(
        own.draw.bureau,
        own.draw.draw_no,
        other.draw.bureau,
        other.draw.draw_no,
        tuple(linked),
        tuple(sorted(kept)),
        tuple(late),
    )


def _apart(a: Task, b: Task) -> bool:
    """True when one side is recorded, or both are out on different days: no day is moved behind a team."""
    if a.state not in _OPEN or b.state not in _OPEN:
        return True
    return a.visit_on is not None and b.visit_on is not None and a.visit_on != b.visit_on


async def _link(work: Work, draw: Draw, other: Draw, pairs: list[tuple[int, int]]) -> None:
    """In the bureau acted for."""
    for slot, other_slot in pairs:
        await joints.link(work.db, work.scope, draw.draw_no, slot, other.bureau, other.draw_no, other_slot)
    await journal.note(
        work.db,
        work.scope,
        actor=work.principal,
        action="task.merge",
        target=f"draw/{draw.bureau}/{draw.draw_no}",
        why=_WHY,
        after={"with": f"{other.bureau}/{other.draw_no}", "slots": [slot for slot, _ in pairs]},
        at=work.now,
    )
