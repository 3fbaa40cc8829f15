"""A drawn list as it stands after its changes, opened for those who propose, approve or look for one.

Nothing is drawn again: order and teams were kept sealed with the result, only the seed is derived anew, since
the candidate order of the officers follows from it. Basis: rd1 §10.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from policies.rd1.bench import Bench
from policies.rd1.canonical import Keyed, lp, suite_of
from policies.rd1.changes import Standing
from policies.rd1.draw import Pick, seed
from policies.terms import Officer
from services.drawing.sealed_parts import open_events, open_json, open_keys, open_lists
from services.work import Work
from tenants.rows import Draw, Task
from tenants.stores import declarations, officers


@dataclass(frozen=True, slots=True)
class Opened:
    """The list of a draw in clear.

    Attributes:
        standing: the visits after all events so far; applying an event moves it on.
        order: by stratum all sites in ticket order. ticket: MAC keyed with k_ticket.
        names: {"sites": {uid: …}, "officers": {oid: …}} as sealed at the freeze.
        events: number of events so far.
    """

    draw: Draw
    standing: Standing
    order: Mapping[str, Sequence[str]]
    ticket: Keyed
    names: Mapping[str, Any]
    events: int

    def oid_of(self, certificate: str) -> str:
        """The pseudonym of an officer in this draw; "" when the officer was not listed."""
        people = self.names["officers"].items()
        return next((oid for oid, one in people if one["certificate"] == certificate), "")

    def officer(self, oid: str) -> dict[str, Any]:
        """Certificate, salt, name, lead and cap behind a pseudonym."""
        return {"oid": oid, **self.names["officers"][oid]}

    def site(self, uid: str) -> dict[str, Any]:
        """The fields of a site as frozen."""
        return {"code": uid, **self.names["sites"][uid]}

    def stratum_of(self, uid: str) -> tuple[str, int]:
        """(stratum, rank from 0) of a listed site."""
        return next((name, row.index(uid)) for name, row in self.order.items() if uid in row)

    def ticket_of(self, uid: str) -> bytes:
        """The 32 bytes a site drew."""
        return self.ticket(lp(uid))


async def open_standing(work: Work, draw: Draw, *, why: str) -> Opened:
    """Open lists, secrets, result and events of a draw with its result; every opening is journalled.

    Raises:
        Missing, SealBroken, NoKey: a part is not there or does not open.
        EventUnlawful: a kept event is not the lawful one, so something stored is damaged.
    """
    manifest = draw.manifest or {}
    lists, keys = await open_lists(work, draw, why=why), await open_keys(work, draw, why=why)
    result, names = (
        await open_json(work, draw, "result", why=why),
        await open_json(work, draw, "names", why=why),
    )
    seeds = seed(suite_of(manifest["suite"]), keys, bytes.fromhex(draw.m or ""), bytes.fromhex(draw.r or ""))
    bench = Bench.of(seeds.assign, manifest["team"], lists.officers, lists.bans)
    order = {name: tuple(row) for name, row in result["order"].items()}
    picks = [
        Pick(uid, line["id"], rank, b"")
        for line in manifest["strata"]
        for rank, uid in enumerate(order[line["id"]][: line["take"]])
    ]
    standing = Standing(bench, order, picks, result["teams"])
    events = await open_events(work, draw, why=why)
    for place, one in enumerate(events, 1):
        standing.apply(one["event"], place)
    return Opened(draw, standing, order, seeds.ticket, names, len(events))


@dataclass(frozen=True, slots=True)
class Roll:
    """Who of the bureau can go on a visit.

    Attributes:
        people: officers by certificate, as they are now.
        absent: (certificate, day) declared. recused: (slot, certificate) declared.
        today: in China.
    """

    people: Mapping[str, Officer]
    absent: frozenset[tuple[str, date]]
    recused: frozenset[tuple[int, str]]
    today: date

    def day_of(self, task: Task) -> date:
        """The day for which somebody is needed: that of the visit, today when it is not set or past."""
        return max(task.visit_on or self.today, self.today)

    def away(self, opened: Opened, task: Task) -> frozenset[str]:
        """Pseudonyms of those on leave that day: by the roster, declared, or without a valid certificate."""
        listed = opened.names["officers"].items()
        return frozenset(oid for oid, one in listed if self.cannot(one["certificate"], task))

    def cannot(self, certificate: str, task: Task) -> bool:
        """True when this officer cannot go on the visit on its day."""
        officer, day = self.people.get(certificate), self.day_of(task)
        if officer is None or officer.valid_until < day:
            return True
        declared = (certificate, day) in self.absent or (task.slot, certificate) in self.recused
        return declared or any(first <= day <= last for first, last in officer.leave)


async def roll_of(
    work: Work, draw: Draw, every: Sequence[Task], more: Sequence[tuple[str, date]] = ()
) -> Roll:
    """The roll for some visits of a draw.

    Args:
        every: the visits in question.
        more: absences about to be declared, as (certificate, day).
    """
    people = await officers.all_of(work.db, work.scope, draw.bureau)
    absent = set(more)
    for day in {max(task.visit_on or work.today, work.today) for task in every}:
        found = await declarations.on_day(work.db, work.scope, draw.bureau, day)
        absent |= {(one.certificate, day) for one in found}
    recused = await declarations.of_draw(work.db, work.scope, draw.bureau, draw.draw_no)
    return Roll(
        {one.certificate: one for one in people},
        frozenset(absent),
        frozenset((one.slot, one.certificate) for one in recused if one.slot is not None),
        work.today,
    )
