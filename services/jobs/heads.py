"""The head of each bureau's journal goes into the public log every day: nothing but its hash, and when."""

from policies.rd1.logs import journal_entry
from services.jobs.orders import system_of
from services.usecases.ceremony import utc
from services.work import App
from tenants.rows import Json
from tenants.stores import journal_pages, log


async def publish_head(app: App, bureau: str) -> Json:
    """Log the hash of a bureau's last journal entry, unless the last one logged is the same.

    The journal says nothing of it: its head would change every day by that alone; the log tells it anyway.

    Returns:
        {"n": number of the entry, "log": index in the public log, None when nothing was added}.
    """
    async with app.work(system_of(bureau)) as work:
        work.require("journal.head")
        last = await journal_pages.last(work.db, work.scope, bureau)
        if last is None:
            return {"n": 0, "log": None}
        known = await log.journal_heads(work.control, bureau)
        if known and known[-1].entry["h"] == last.hash.hex():
            return {"n": last.n, "log": None}
        index = await log.append(work.control, journal_entry(bureau, last.hash, utc(work.now)), work.now)
        return {"n": last.n, "log": index}
