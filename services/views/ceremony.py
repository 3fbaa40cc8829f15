"""The ceremony as drawer and witness see it: the stage of the hall, the own next step, what others do.

Everything follows from what is kept and logged: a page opened again shows the same step.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass

from policies.planning.freezing import beacon_kind
from policies.planning.turns import DRAWER, SUPERIOR, WITNESS, CeremonyFacts, Turn, awaited, own_turns, turns
from policies.terms import Principal
from services.drawing.draw_errors import NoSuperiorKey
from services.drawing.external_errors import NotVerifiable
from services.ruling.ruleset import rules_for
from services.usecases.ceremony import superior_of
from services.usecases.confirm_minutes import Minutes, cut_minutes, minutes_for, minutes_seen
from services.views.draws import cut_face, draw_face
from services.views.live import Live, live_of
from services.work import Work
from tenants.records import LogEntry
from tenants.rows import Commit, Draw
from tenants.stores import commits, differences, draws, log
from tenants.stores import minutes as words

DRAWERS = frozenset({"drawer", "city_drawer"})
PARTS = {DRAWER: (DRAWER,), WITNESS: (WITNESS, SUPERIOR), "": ()}  # the witness here is the superior's
ROLE_OF = {DRAWER: "bureau", WITNESS: "witness"}


@dataclass(frozen=True, slots=True)
class Ceremony:
    """Data of the page.

    Attributes:
        live: the stage. turns: every step. part: "drawer", "witness", or "" for who only looks on.
        own: steps this person has to do now; others: steps somebody else has to do now.
        suite: 1 or 2. commit: c of the own role, hex; "" before. mine: it came from this login.
        r: the logged beacon, hex. superior, escrow_public: to whom copies of secrets are sealed; "" without.
        minutes: once there is a result. mark: digest of where the ceremony stands; equal marks, same step.
    """

    live: Live
    turns: tuple[Turn, ...]
    part: str
    own: tuple[Turn, ...]
    others: tuple[Turn, ...]
    suite: int
    commit: str
    mine: bool
    r: str
    superior: str
    escrow_public: str
    minutes: Minutes | None
    mark: str

    @property
    def over(self) -> bool:
        """Void, or both parts stand by the minutes."""
        return all(one.state == "done" for one in self.turns)

    @property
    def done(self) -> int:
        """Steps that are done."""
        return sum(one.state == "done" for one in self.turns)


async def ceremony_of(work: Work, bureau: str, draw_no: int) -> Ceremony:
    """The ceremony of a visible bureau's own draw.

    Raises:
        Missing: no such draw is visible. NotVerifiable: the platform's draws happen elsewhere.
    """
    draw, kept, entries, all_ = await _standing(work, bureau, draw_no)
    seen = work.seen("draw.read", bureau=bureau)
    part = part_of(work.principal)
    own = next((one for one in kept if one.role == ROLE_OF.get(part, "")), None)
    logged = next((str(one.entry["r"]) for one in entries if one.entry["t"] == "beacon"), "")
    superior, public = await _superior(work, draw)
    minutes = await minutes_for(work, draw_no, bureau)
    found = Ceremony(
        live=live_of(cut_face(draw_face(draw, entries), seen)),
        turns=all_,
        part=part,
        own=own_turns(all_, PARTS[part]),
        others=awaited(all_, PARTS[part]),
        suite=draw.suite,
        commit=own.c if own else "",
        mine=own is not None and own.by == work.principal.subject,
        r=logged,
        superior=superior,
        escrow_public=public,
        minutes=cut_minutes(minutes, minutes_seen(work, bureau)),
        mark=_mark(all_, entries),
    )
    return seen.of("ceremony", found)


@dataclass(frozen=True, slots=True)
class Steps:
    """Where a ceremony stands, without anything of the draw; attributes as of `Ceremony`."""

    turns: tuple[Turn, ...]
    mark: str

    @property
    def over(self) -> bool:
        """Nothing more will come."""
        return all(one.state == "done" for one in self.turns)

    @property
    def done(self) -> int:
        """Steps that are done."""
        return sum(one.state == "done" for one in self.turns)

    def own(self, *parts: str) -> tuple[Turn, ...]:
        """Steps at hand of these parts."""
        return own_turns(self.turns, parts)


async def steps_of(work: Work, bureau: str, draw_no: int) -> Steps:
    """The steps of a visible bureau's own draw; raises as `ceremony_of`."""
    _, _, entries, all_ = await _standing(work, bureau, draw_no)
    return Steps(all_, _mark(all_, entries))


def part_of(principal: Principal) -> str:
    """As what somebody takes part: "drawer", "witness", or "" for who looks on."""
    if principal.roles & DRAWERS:
        return DRAWER
    return WITNESS if "witness" in principal.roles else ""


async def _standing(
    work: Work, bureau: str, draw_no: int
) -> tuple[Draw, tuple[Commit, ...], tuple[LogEntry, ...], tuple[Turn, ...]]:
    db = await work.at(bureau)
    draw = await draws.get(db, work.scope, bureau, draw_no)
    if draw.authority != "own":
        raise NotVerifiable(draw_no)
    kept = await commits.of_draw(db, work.scope, bureau, draw_no)
    entries = tuple(await log.of_draw(work.control, draw.m)) if draw.m else ()
    facts = CeremonyFacts(
        state=draw.state,
        committed=[one.role for one in kept],
        revealed=[one.role for one in kept if one.revealed is not None],
        witnessed=await _witnessed(work, draw, [one.role for one in kept]),
        difference=await differences.latest(db, work.scope, bureau, draw_no) is not None,
        logged=[str(one.entry["t"]) for one in entries],
        cosigned=await _cosigned(work, draw, entries),
        due=draw.beacon_at is not None and work.now >= draw.beacon_at,
        confirmed=[one.role for one in await words.of_draw(db, work.scope, bureau, draw_no)],
    )
    return draw, kept, entries, turns(facts)


async def _witnessed(work: Work, draw: Draw, roles: Collection[str]) -> bool:
    """A witness's secret is part of it: it committed, or by the rules digits will be called by it."""
    if "witness" in roles:
        return True
    if draw.state != "prepared":
        return False
    rules = await rules_for(work, draw.bureau, subject=draw.subject, item=draw.item)
    return beacon_kind(rules, None) == "spoken"


async def _cosigned(work: Work, draw: Draw, entries: Collection[LogEntry]) -> bool:
    escrow = next((one for one in entries if one.entry["t"] == "escrow"), None)
    if escrow is None or draw.beacon_at is None:
        return False
    try:
        superior = await superior_of(work, draw.bureau)
    except NoSuperiorKey:
        return False
    found = await work.app.log.witnessed(
        work.control, escrow.index, names=[superior.name], before=draw.beacon_at
    )
    return found is not None


async def _superior(work: Work, draw: Draw) -> tuple[str, str]:
    """Name and escrow key (hex) of the witness above while secrets are still to be sealed to it."""
    if draw.state != "prepared":
        return "", ""
    try:
        key = await superior_of(work, draw.bureau)
    except NoSuperiorKey:
        return "", ""
    return key.name, (key.escrow_public or b"").hex()


def _mark(all_: tuple[Turn, ...], entries: Collection[LogEntry]) -> str:
    seen = repr((all_, len(entries)))
    return hashlib.sha256(seen.encode()).hexdigest()[:16]
