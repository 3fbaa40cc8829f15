"""The beacon enters the public log, alone: from here on nobody can choose, and only now are secrets told.

Basis: rd1 §3, §4. A spoken beacon is born with its log entry, so the entry is a transaction of its own,
before any secret but the platform's own is known here.
"""

from dataclasses import dataclass
from typing import Any

from policies.access import states_of
from policies.rd1 import beacon
from policies.rd1.canonical import suite_of
from policies.rd1.logs import beacon_entry
from services.drawing.draw_errors import (
    BeaconFixed,
    BeaconTooEarly,
    DrawerOnTeam,
    EscrowMissing,
    NotWitnessed,
)
from services.drawing.duties import refuse_editors
from services.drawing.sealed_parts import dump, open_json
from services.drawing.waived import note_waivers
from services.usecases.attest_escrow import escrow_of
from services.usecases.ceremony import beacon_moment, enter_log, held_draw, local, note, superior_of, utc
from services.work import Work
from tenants import sealed
from tenants.records import LogEntry
from tenants.rows import Draw
from tenants.stores import draws, log, officers

DRAWN = ("drawn", "opened")


@dataclass(frozen=True, slots=True)
class Entered:
    """The beacon as logged: `r` in hex, and the index of its entry."""

    r: str
    index: int


async def enter_beacon(work: Work, draw_no: int, evidence: dict[str, Any]) -> Entered:
    """Keep the evidence sealed and log R; the same beacon again changes nothing.

    Args:
        work: of a drawer of the bureau, or of the superior's witness within it; it commits before any secret
            is asked for.
        evidence: of the manifest's beacon: {"digits": …} or {"signature": …}.

    Raises:
        BeaconTooEarly: before `beacon_at`. EscrowMissing, NotWitnessed: nothing was proven in time.
        EditedRoster: who enters it changed the rosters since the freeze before.
        BeaconFixed: another beacon came first. DrawerOnTeam: who enters it could be drawn.
        BadField, BeaconFalse: not evidence of this beacon.
    """
    work.require("draw.beacon")
    return await keep_beacon(work, draw_no, evidence)


async def keep_beacon(work: Work, draw_no: int, evidence: dict[str, Any]) -> Entered:
    """As `enter_beacon`, for callers that asked the matrix themselves: the invited witness's page."""
    draw = await held_draw(work, draw_no, *states_of("draw.beacon"))
    if (known := await logged_beacon(work, draw)) is not None:
        await _same(work, draw, evidence)
        return Entered(known.entry["r"], known.index)
    edited = await _possible(work, draw, evidence)
    manifest = draw.manifest or {}
    await sealed.keep_part(work.db, work.scope, work.app.keys, draw_no, "beacon", dump(evidence))
    waived = await note_waivers(work, draw, "beacon", edited=edited)
    await draws.beacon_entered(work.db, work.scope, draw_no)
    r = beacon.value(suite_of(manifest["suite"]), manifest["beacon"], evidence)
    logged = await enter_log(work, beacon_entry(draw.bureau, bytes.fromhex(draw.m or ""), r, utc(work.now)))
    told: dict[str, Any] = {"r": r.hex(), "log": logged.index}
    told |= {"waivers": list(waived)} if waived else {}
    await note(work, "draw.beacon", draw_no, told, before={"r": draw.r})
    return Entered(r.hex(), logged.index)


async def logged_beacon(work: Work, draw: Draw) -> LogEntry | None:
    """The draw's beacon entry in the public log, if there is one."""
    return next((e for e in await log.of_draw(work.control, draw.m or "") if e.entry["t"] == "beacon"), None)


async def _possible(work: Work, draw: Draw, evidence: dict[str, Any]) -> bool:
    """It is time, the evidence is of this beacon, all was proven before it, no hand in it is on a team.

    Returns what `refuse_editors` does.
    """
    manifest = draw.manifest or {}
    if work.now < beacon_moment(draw):
        raise BeaconTooEarly(local(work.now), beacon_at=manifest["beacon_at"])
    beacon.check_evidence(manifest["beacon"], evidence)
    beacon.check_signature(manifest["beacon"], evidence)
    await _proven(work, draw)
    edited = await refuse_editors(work, draw)
    await refuse_runner(work, await open_json(work, draw, "names", why="核对抽取人不在名单"))
    return edited


async def _same(work: Work, draw: Draw, evidence: dict[str, Any]) -> None:
    """Refuse another beacon than the one entered before."""
    kept = draw.beacon if draw.state in DRAWN else await open_json(work, draw, "beacon", why="核对信标")
    if kept != evidence:
        raise BeaconFixed(evidence)


async def _proven(work: Work, draw: Draw) -> None:
    """M is escrowed, and a checkpoint with both entries was cosigned by the superior before `beacon_at`."""
    escrow, before = await escrow_of(work, draw.m or ""), beacon_moment(draw)
    if escrow is None:
        raise EscrowMissing(draw.draw_no)
    superior = await superior_of(work, draw.bureau)
    if await work.app.log.witnessed(work.control, escrow.index, names=[superior.name], before=before) is None:
        raise NotWitnessed(f"log {escrow.index}", before=local(before))


async def refuse_runner(work: Work, names: dict[str, Any]) -> None:
    """Who runs a draw has cap 0 in it. Basis: rd1 §1.

    Args:
        names: the sealed part "names" of the draw.

    Raises:
        DrawerOnTeam: the person acting is an officer who could be drawn.
    """
    mine = {work.principal.certificate}
    for one in await officers.of_person(work.db, work.scope, work.scope.bureau, work.principal.subject):
        mine.add(one.certificate)
    if any(alias["certificate"] in mine and alias["cap"] for alias in names["officers"].values()):
        raise DrawerOnTeam(work.principal.name)
