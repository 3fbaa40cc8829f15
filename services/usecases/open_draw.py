"""The end of a draw: when nothing is outstanding, everything is published. Basis: rd1 §11."""

from policies.access import states_of
from policies.rd1.logs import open_entry
from policies.terms import Principal
from services.drawing.authority import refuse_external
from services.drawing.avoidance import refuse_before_avoided
from services.drawing.bundle import Published, write_bundle
from services.drawing.draw_errors import StillOutstanding
from services.hooks.telling import tell_hooks
from services.usecases.ceremony import draw_in, enter_log, held_draw, note, utc
from services.work import App, Work
from tenants.errors import WrongState
from tenants.stores import draws, log, tasks


async def open_draw(work: Work, draw_no: int) -> int | None:
    """Log that the draw is open; once the log is witnessed, `publish_bundle` writes the files.

    A void draw was opened with its void, unless it avoided one that was still sealed: then it is opened here.

    Returns:
        Index of the `open` entry; of an opened draw, the one logged first. None for a draw of the platform:
        its secrecy ends too, but there is nothing of it to be published or logged.

    Raises:
        StillOutstanding: a visit is neither cancelled nor its record accepted; until then it may be returned.
        AvoidedSealed: this draw avoided another one that is not open yet.
    """
    work.require("draw.open")
    draw = await held_draw(work, draw_no, *states_of("draw.open"))
    external = draw.authority == "platform"
    if draw.opened_at is not None and external:
        return None
    if draw.opened_at is not None:
        entries = await log.of_draw(work.control, draw.m or "")
        return next(entry.index for entry in entries if entry.entry["t"] == "open")
    if draw.state == "drawn" and (count := await tasks.outstanding(work.db, work.scope, draw_no)):
        raise StillOutstanding(count, count=count)
    await refuse_before_avoided(work, draw)
    m = bytes.fromhex(draw.m or "")
    logged = None if external else await enter_log(work, open_entry(draw.bureau, m, utc(work.now)))
    await draws.opened(work.db, work.scope, draw_no, work.now)
    await tell_hooks(work, "draw.opened", draw_no=draw_no)
    await note(work, "draw.open", draw_no, {"log": logged.index if logged else None}, before=draw)
    return logged.index if logged else None


async def publish_bundle(app: App, principal: Principal, draw_no: int) -> Published:
    """Write bundle and trust file of an opened or void draw; again whenever asked.

    Raises:
        WrongState: the draw is still secret. NotVerifiable: it is the platform's.
        AvoidedSealed: it is void, but one it avoided is secret still.
        NotWitnessed: the superior has not cosigned the log yet.
    """
    await app.log.publish()
    async with app.work(principal) as work:
        work.require("draw.open")
        refuse_external(await draws.get(work.db, work.scope, work.scope.bureau, draw_no))
        draw = await draw_in(work, draw_no, "opened", "void")
        if draw.opened_at is None:  # void, but what it avoided is sealed still
            await refuse_before_avoided(work, draw)
            raise WrongState(draw.state, wanted="opened")
        return await write_bundle(work, draw)
