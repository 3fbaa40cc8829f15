"""A drawn list as it stands after its changes, opened for those who propose, approve or look for one.

Nothing is drawn again: order and teams were kept sealed with the result, only the seed is derived anew, since
the candidate order of the officers follows from it. Basis: rd1 §10.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from policies.rd1.bench import Bench
from policies.rd1.canonical import Named, suite_of
from policies.rd1.changes import Standing
from policies.rd1.draw import Pick, Seed, seed
from policies.rd1.freeze import Lists
from services.drawing.sealed_parts import open_events, open_json, open_keys, open_lists
from services.work import Work
from tenants.rows import Draw


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
    ticket: Named
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
        return self.ticket(uid)


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
    events = await open_events(work, draw, why=why)
    seeds = seed(suite_of(manifest["suite"]), keys, bytes.fromhex(draw.m or ""), bytes.fromhex(draw.r or ""))
    order = {name: tuple(row) for name, row in result["order"].items()}
    # In a thread: every event sorts the officers anew. The keyed hash inside cannot go to another process.
    standing = await asyncio.to_thread(_stand, manifest, lists, seeds, order, result["teams"], events)
    return Opened(draw, standing, order, seeds.ticket, names, len(events))


def _stand(
    manifest: Mapping[str, Any],
    lists: Lists,
    seeds: Seed,
    order: Mapping[str, Sequence[str]],
    teams: Mapping[str, Sequence[str]],
    events: Sequence[Mapping[str, Any]],
) -> Standing:
    """The visits as drawn, and every event applied. Pure."""
    bench = Bench.of(seeds.assign, manifest["team"], lists.officers, lists.bans)
    picks = [
        Pick(uid, line["id"], rank, b"")
        for line in manifest["strata"]
        for rank, uid in enumerate(order[line["id"]][: line["take"]])
    ]
    standing = Standing(bench, order, picks, teams)
    for place, one in enumerate(events, 1):
        standing.apply(one["event"], place)
    return standing
