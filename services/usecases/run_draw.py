"""The draw itself, in two transactions, so that a crash at any moment draws nothing twice.

First the beacon and the secrets are kept (sealed) and R is logged: from here on the result is fixed.
Then it is computed in a worker process and kept with its log entry. If the process dies in between,
`finish_draw` computes the very same result again. Basis: rd1 §4–§8.
"""

from collections.abc import Mapping
from functools import partial
from typing import Any

from policies import beacon
from policies.canonical import suite_of
from policies.draw import draw as compute
from policies.freeze import commitment
from policies.logs import beacon_entry, result_entry
from policies.terms import Principal
from services.compute import WORKER
from services.draw_errors import (
    BeaconFixed,
    BeaconTooEarly,
    CommitmentMismatch,
    DrawerOnTeam,
    EscrowMissing,
    NotWitnessed,
)
from services.results import Ran, born_at, late_by, payloads, ran_of, result_part, summary_of
from services.sealed_parts import Inputs, dump, open_json, read_inputs
from services.usecases.attest_escrow import escrow_of
from services.usecases.ceremony import again, draw_in, enter_log, local, note, superior_of, utc
from services.work import App, Work
from tenants import sealed
from tenants.errors import WrongState
from tenants.rows import Draw
from tenants.stores import draws, officers
from tenants.stores import sealed as parts

DRAWN = ("drawn", "opened")


async def run_draw(
    app: App, principal: Principal, draw_no: int, evidence: dict[str, Any], keys: Mapping[str, bytes]
) -> Ran:
    """Take the beacon and the secrets, compute, and keep the result; the same call again changes nothing.

    Args:
        principal: the drawer, in the bureau that draws.
        evidence: of the manifest's beacon: {"digits": …} or {"signature": …}.
        keys: 32 bytes by role, "bureau" and, if it committed, "witness"; the platform's own is kept here.

    Raises: see `hand_over`.
    """
    await again(app, principal, partial(hand_over, draw_no=draw_no, evidence=evidence, keys=keys))
    return await finish_draw(app, principal, draw_no)


async def hand_over(work: Work, draw_no: int, evidence: dict[str, Any], keys: Mapping[str, bytes]) -> None:
    """First transaction: everything the result follows from is kept, R is logged.

    Raises:
        BeaconTooEarly: before `beacon_at`. EscrowMissing, NotWitnessed: nothing was proven in time.
        CommitmentMismatch: a key does not open its commitment. BeaconFixed: another beacon came first.
        BadField, BeaconFalse: not evidence of this beacon. DrawerOnTeam: the drawer could be drawn.
    """
    work.require("draw.run")
    draw = await draw_in(work, draw_no, "frozen", *DRAWN)
    if await _already(work, draw, evidence):
        return
    manifest = draw.manifest or {}
    if draw.beacon_at is None or work.now < draw.beacon_at:
        raise BeaconTooEarly(local(work.now), beacon_at=manifest["beacon_at"])
    beacon.check_evidence(manifest["beacon"], evidence)
    beacon.check_signature(manifest["beacon"], evidence)
    await _proven(work, draw)
    await _not_on_team(work, draw)
    await _keep_keys(work, manifest, keys)
    plain = dump(evidence)
    await sealed.keep_part(work.db, work.scope, work.app.keys, draw_no, "beacon", plain)
    r = beacon.value(suite_of(manifest["suite"]), manifest["beacon"], evidence)
    entry = beacon_entry(draw.bureau, bytes.fromhex(draw.m or ""), r, utc(work.now))
    logged = await enter_log(work, entry)
    await note(work, "draw.beacon", draw_no, {"r": r.hex(), "log": logged.index})


async def finish_draw(app: App, principal: Principal, draw_no: int) -> Ran:
    """Second half: compute from what was handed over, and keep; also after a crash, by anyone who may.

    Raises:
        WrongState: no beacon was handed over yet.
        ResultDiffers: another result is kept already, so something stored is damaged.
    """
    async with app.work(principal) as work:
        inputs = await _inputs(work, draw_no)
    if isinstance(inputs, Ran):
        return inputs
    drawn = await WORKER.call(compute, inputs.manifest, inputs.lists, inputs.keys, inputs.evidence)
    rows = payloads(drawn, inputs)

    async def keep(work: Work) -> Ran:
        draw = await draw_in(work, draw_no, "frozen", *DRAWN)
        if draw.state in DRAWN:
            return ran_of(draw, drawn.root)
        entry = result_entry(draw.bureau, drawn.m, drawn.root, utc(work.now))
        logged = await enter_log(work, entry)
        late = late_by(await born_at(work, draw), logged.at)
        summary = summary_of(drawn, inputs.manifest, simulated=work.app.clock.simulated)
        r, z = drawn.r.hex(), drawn.root.hex()
        await draws.drawn(work.db, work.scope, draw_no, inputs.evidence, r, z, work.now, late, summary)
        plain = dump(result_part(drawn))
        await sealed.keep_part(work.db, work.scope, work.app.keys, draw_no, "result", plain)
        await sealed.keep_tasks(work.db, work.scope, work.app.keys, draw_no, rows)
        await note(work, "draw.run", draw_no, {"z": z, "log": logged.index, "late": late})
        return ran_of(await draw_in(work, draw_no, *DRAWN), drawn.root)

    return await again(app, principal, keep)


async def _inputs(work: Work, draw_no: int) -> Inputs | Ran:
    if "system" not in work.principal.roles:  # completing is not choosing: no second factor is asked
        work.require("draw.beacon")
    draw = await draw_in(work, draw_no, "frozen", *DRAWN)
    if draw.state in DRAWN:
        return ran_of(draw)
    if "beacon" not in await parts.parts(work.db, work.scope, draw.bureau, draw_no):
        raise WrongState(draw.state, wanted="beacon")
    return await read_inputs(work, draw, why="抽取计算")


async def _already(work: Work, draw: Draw, evidence: dict[str, Any]) -> bool:
    """True when this very beacon was handed over before."""
    if draw.state in DRAWN:
        kept = draw.beacon
    elif "beacon" in await parts.parts(work.db, work.scope, draw.bureau, draw.draw_no):
        kept = await open_json(work, draw, "beacon", why="核对信标")
    else:
        return False
    if kept != evidence:
        raise BeaconFixed(evidence)
    return True


async def _proven(work: Work, draw: Draw) -> None:
    """M is escrowed, and a checkpoint with both entries was cosigned by the superior before `beacon_at`."""
    escrow = await escrow_of(work, draw.m or "")
    beacon_at = local(draw.beacon_at or work.now)
    if escrow is None:
        raise EscrowMissing(draw.draw_no)
    superior = await superior_of(work, draw.bureau)
    seen = await work.app.log.witnessed(work.db, escrow.index, names=[superior.name], before=draw.beacon_at)
    if seen is None:
        raise NotWitnessed(f"log {escrow.index}", before=beacon_at)


async def _not_on_team(work: Work, draw: Draw) -> None:
    """Who runs the draw has cap 0 in it. Basis: rd1 §1."""
    mine = {work.principal.certificate}
    for one in await officers.of_person(work.db, work.scope, draw.bureau, work.principal.subject):
        mine.add(one.certificate)
    names = await open_json(work, draw, "names", why="核对抽取人不在名单")
    if any(alias["certificate"] in mine and alias["cap"] for alias in names["officers"].values()):
        raise DrawerOnTeam(work.principal.name)


async def _keep_keys(work: Work, manifest: dict[str, Any], keys: Mapping[str, bytes]) -> None:
    """Every role's key opens its commitment; those handed over now are kept sealed."""
    suite, bureau, draw_no = suite_of(manifest["suite"]), manifest["bureau"], manifest["draw_no"]
    for commit in manifest["commits"]:
        role = commit["role"]
        if role == "platform":
            continue
        key = keys.get(role, b"")
        if len(key) != 32 or commitment(suite, bureau, draw_no, role, key).hex() != commit["c"]:
            raise CommitmentMismatch(f"{len(key)} bytes", role=role)
        await sealed.keep_reveal(work.db, work.scope, work.app.keys, draw_no, role, key)
