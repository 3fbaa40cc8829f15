"""Who is barred from what by the separation of duties, told before anyone tries.

Basis: our own separation of duties, no text prescribes it.
"""

from dataclasses import dataclass
from datetime import date, datetime

from policies.access import excluded
from policies.waivers import EDITS, pair_of
from services.work import Work
from tenants.rows import Draw, Membership
from tenants.stores import edits, members, waiver_uses, waivers
from tenants.stores.edits import Edited
from tenants.waiver_rows import HeldWaiver, Waiver

DRAWERS = ("drawer", "city_drawer")
OPEN = ("prepared", "frozen")  # states in which somebody still freezes, enters the beacon or runs


@dataclass(frozen=True, slots=True)
class Barred:
    """A drawer who changed the rosters: how many rows of each, and when first."""

    subject: str
    name: str
    sites: int
    officers: int
    first: datetime


@dataclass(frozen=True, slots=True)
class DrawBars:
    """Who of the bureau's drawers of today may freeze and run, and who may not.

    Attributes:
        since: when the same roster was last frozen; changes from then on count. None = all ever made.
        barred: drawers who changed it; that ends with the next freeze by somebody else.
        free: names of those who may.
        waived: drawers who changed it and may all the same, by a waiver of the superior in force today.
    """

    since: datetime | None
    barred: tuple[Barred, ...]
    free: tuple[str, ...]
    waived: tuple[Barred, ...] = ()

    def of(self, subject: str) -> Barred | None:
        """What bars this login, if anything does."""
        return next((one for one in self.barred if one.subject == subject), None)


@dataclass(frozen=True, slots=True)
class RoleBar:
    """Roles a person may not be given while one is held; `until` is the last day of that, None = open."""

    subject: str
    role: str
    others: tuple[str, ...]
    until: date | None


async def draw_bars(work: Work, draw: Draw) -> DrawBars | None:
    """Of a draw of the bureau acted for; None once it is drawn, void or the platform's.

    The same count as `services.drawing.duties.refuse_editors`, for everyone who draws.
    """
    if draw.bureau != work.scope.bureau or draw.authority != "own" or draw.state not in OPEN:
        return None
    since = await edits.last_freeze(work.db, work.scope, draw)
    return await _bars(work, tuple(dict.fromkeys((draw.subject, draw.bureau))), since)


async def roster_bars(work: Work) -> DrawBars:
    """Of the next draw from the own roster of the bureau acted for."""
    since = await edits.roster_freeze(work.db, work.scope, work.scope.bureau, work.scope.bureau)
    return await _bars(work, (work.scope.bureau,), since)


async def role_bars(work: Work, bureau: str) -> tuple[RoleBar, ...]:
    """What the roles of today exclude, by person; roles that exclude nothing are left out."""
    held = await members.in_bureau(work.control, work.scope, bureau, work.today)
    kept = await waivers.of_bureau(work.control, work.scope, bureau)
    off = {(w.subject, pair) for w in kept if _in_force(w, work.today) for pair in w.pairs}

    def others(one: Membership) -> tuple[str, ...]:
        return tuple(o for o in excluded(one.role) if (one.subject, pair_of(one.role, o)) not in off)

    rows = (RoleBar(m.subject, m.role, others(m), m.valid_until) for m in held)
    return tuple(one for one in rows if one.others)


async def _bars(work: Work, bureaus: tuple[str, ...], since: datetime | None) -> DrawBars:
    found: dict[str, Edited] = {}
    for bureau in bureaus:
        async with work.inside(bureau) as there:  # numbers of changes, never which row
            for one in await edits.tally(there.db, there.scope, bureau, since):
                found[one.person] = _sum(found[one.person], one) if one.person in found else one
    held = await members.in_bureau(work.control, work.scope, work.scope.bureau, work.today)
    drawers = {m.subject: m.name for m in held if m.role in DRAWERS}
    edited = [
        Barred(who, name, found[who].sites, found[who].officers, found[who].first)
        for who, name in drawers.items()
        if who in found
    ]
    kept = await waiver_uses.held_by(work.db, work.scope, work.scope.bureau)
    off = {w.subject for w in kept if EDITS in w.pairs and w.ended_at is None and _runs(w, work.today)}
    return DrawBars(
        since,
        tuple(one for one in edited if one.subject not in off),
        tuple(name for who, name in drawers.items() if who not in found or who in off),
        tuple(one for one in edited if one.subject in off),
    )


def _in_force(one: Waiver, today: date) -> bool:
    return one.state == "granted" and _runs(one, today)


def _runs(one: Waiver | HeldWaiver, today: date) -> bool:
    return one.since <= today <= one.until


def _sum(one: Edited, other: Edited) -> Edited:
    return Edited(
        one.person,
        one.sites + other.sites,
        one.officers + other.officers,
        min(one.first, other.first),
    )
