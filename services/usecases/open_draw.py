"""The end of a draw: when nothing is outstanding, everything is published. Basis: rd1 §11."""

from policies.rd1.logs import open_entry
from policies.terms import Principal
from services.drawing.bundle import Published, write_bundle
from services.drawing.draw_errors import StillOutstanding
from services.usecases.ceremony import draw_in, enter_log, note, utc
from services.work import App, Work
from tenants.stores import draws, log, tasks


async def open_draw(work: Work, draw_no: int) -> int:
    """Log that the draw is open; once the log is witnessed, `publish_bundle` writes the files.

    Returns:
        Index of the `open` entry; of an opened draw, the one logged first.

    Raises:
        StillOutstanding: a visit is neither cancelled nor its record accepted; until then it may be returned.
    """
    work.require("draw.open")
    draw = await draw_in(work, draw_no, "drawn", "opened")
    if draw.state == "opened":
        entries = await log.of_draw(work.db, draw.m or "")
        return next(entry.index for entry in entries if entry.entry["t"] == "open")
    count = await tasks.outstanding(work.db, work.scope, draw_no)
    if count:
        raise StillOutstanding(count, count=count)
    m = bytes.fromhex(draw.m or "")
    logged = await enter_log(work, open_entry(draw.bureau, m, utc(work.now)))
    await draws.opened(work.db, work.scope, draw_no, work.now)
    await note(work, "draw.open", draw_no, {"log": logged.index})
    return logged.index


async def publish_bundle(app: App, principal: Principal, draw_no: int) -> Published:
    """Write bundle and trust file of an opened or void draw; again whenever asked.

    Raises:
        WrongState: the draw is still secret. NotWitnessed: the superior has not cosigned the log yet.
    """
    await app.log.publish()
    async with app.work(principal) as work:
        work.require("draw.open")
        return await write_bundle(work, await draw_in(work, draw_no, "opened", "void"))
