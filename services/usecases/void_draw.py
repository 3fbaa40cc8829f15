"""A draw that does not count. Its number stays used and it is opened at once. Basis: rd1 §10."""

from policies.logs import open_entry, void_entry
from services.draw_errors import ReasonMissing
from services.usecases.ceremony import draw_in, enter_log, note, utc
from services.work import Work
from tenants.stores import draws


async def void_draw(work: Work, draw_no: int, reason: str) -> int:
    """Void a frozen or drawn draw; `publish_bundle` then writes what there is of it.

    Args:
        reason: is published, so it names nobody.

    Returns:
        Index of the `void` entry.

    Raises:
        ReasonMissing: no reason. UnfrozenDraw: change its dates instead. WrongState: opened or void already.
    """
    work.require("draw.void")
    if not reason.strip():
        raise ReasonMissing(reason)
    draw = await draw_in(work, draw_no, "prepared", "frozen", "drawn")
    await draws.void(work.db, work.scope, draw_no, reason.strip(), work.principal.subject, work.now)
    m = bytes.fromhex(draw.m or "")
    logged = await enter_log(work, void_entry(draw.bureau, m, reason.strip(), utc(work.now)))
    await enter_log(work, open_entry(draw.bureau, m, utc(work.now)))
    await draws.opened(work.db, work.scope, draw_no, work.now)
    await note(work, "draw.void", draw_no, {"log": logged.index}, why=reason.strip())
    return logged.index
