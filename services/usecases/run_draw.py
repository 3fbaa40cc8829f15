"""The draw itself: computed from beacon, secrets and frozen lists, and kept with its log entry.

Beacon and secrets came in before, each in a transaction of its own (`enter_beacon`, `reveal_secret`): from
there on the result is fixed. It is computed in a worker process and kept; if the process dies in between,
`finish_draw` computes the very same result again. Basis: rd1 §5–§8.
"""

from policies.access import states_of
from policies.rd1.draw import draw as compute
from policies.rd1.logs import result_entry
from policies.terms import Principal
from services.drawing.compute import WORKER
from services.drawing.draw_errors import SecretsMissing
from services.drawing.duties import refuse_editors
from services.drawing.results import Ran, born_at, late_by, payloads, ran_of, result_part, summary_of
from services.drawing.sealed_parts import Inputs, dump, read_inputs
from services.drawing.waived import note_waivers
from services.hooks.telling import tell_hooks
from services.ruling.filings import file_list
from services.ruling.ruleset import rules_for
from services.usecases.ceremony import again, draw_in, enter_log, held_draw, note, utc
from services.usecases.enter_beacon import DRAWN, logged_beacon, refuse_runner
from services.work import App, Work
from tenants import sealed
from tenants.errors import WrongState
from tenants.rows import Draw
from tenants.stores import commits, draws


async def finish_draw(app: App, principal: Principal, draw_no: int) -> Ran:
    """Compute from what was handed over, and keep; also after a crash, by anyone who may.

    Raises:
        WrongState: no beacon is entered yet. SecretsMissing: a role has not handed over its secret.
        DrawerOnTeam, EditedRoster: who runs the draw could be drawn, or changed the rosters.
        ResultDiffers: another result is kept already, so something stored is damaged.
    """
    async with app.work(principal) as work:
        inputs = await _inputs(work, draw_no)
    if isinstance(inputs, Ran):
        return inputs
    drawn = await WORKER.call(compute, inputs.manifest, inputs.lists, inputs.keys, inputs.evidence)
    rows = payloads(drawn, inputs)

    async def keep(work: Work) -> Ran:
        draw = await held_draw(work, draw_no, *states_of("draw.run"))
        if draw.state in DRAWN:
            return ran_of(draw, drawn.root)
        entry = result_entry(draw.bureau, drawn.m, drawn.root, utc(work.now))
        logged = await enter_log(work, entry)
        late = late_by(await born_at(work, draw), logged.at)
        summary = summary_of(drawn, inputs.manifest, simulated=work.app.clock.simulated)
        r, z = drawn.r.hex(), drawn.root.hex()
        waived = await _waived(work, draw)
        await draws.drawn(work.db, work.scope, draw_no, inputs.evidence, r, z, work.now, late, summary)
        await tell_hooks(work, "draw.drawn", draw_no=draw_no)
        plain = dump(result_part(drawn))
        await sealed.keep_part(work.db, work.scope, work.app.keys, draw_no, "result", plain)
        await sealed.keep_tasks(work.db, work.scope, work.app.keys, draw_no, rows)
        told = {"z": z, "log": logged.index, "late": late} | ({"waivers": waived} if waived else {})
        await note(work, "draw.run", draw_no, told, before=draw)
        draw = await draw_in(work, draw_no, *DRAWN)
        rules = await rules_for(work, draw.bureau, subject=draw.subject, item=draw.item)
        await file_list(work, rules, draw)
        return ran_of(draw, drawn.root)

    return await again(app, principal, keep)


async def _inputs(work: Work, draw_no: int) -> Inputs | Ran:
    job = "system" in work.principal.roles
    if not job:
        work.require("draw.run")
    draw = await draw_in(work, draw_no, *states_of("draw.run"))
    if draw.state in DRAWN:
        return ran_of(draw)
    if await logged_beacon(work, draw) is None:
        raise WrongState(draw.state, wanted="beacon")
    await _all_handed_over(work, draw)
    if not job:
        await refuse_editors(work, draw)
    inputs = await read_inputs(work, draw, why="抽取计算")
    if not job:
        await refuse_runner(work, inputs.names)
    return inputs


async def _waived(work: Work, draw: Draw) -> list[str]:
    """Pairs of duties the person who runs it holds under a waiver; a job holds none."""
    if "system" in work.principal.roles:
        return []
    return list(await note_waivers(work, draw, "run", edited=await refuse_editors(work, draw)))


async def _all_handed_over(work: Work, draw: Draw) -> None:
    kept = await commits.of_draw(work.db, work.scope, draw.bureau, draw.draw_no)
    missing = [one.role for one in kept if one.revealed is None]
    if missing:
        raise SecretsMissing(draw.draw_no, need="、".join(missing))
