"""An order that concerns people of another bureau: put on that bureau's outbox, where its own rules hold."""

from services.jobs.orders import system_of
from services.notify.telling import tell
from services.work import App
from tenants.records import OutboxItem


async def pass_on(app: App, item: OutboxItem) -> None:
    """Say it there, as the act would have said it; twice makes no second message, see `spreading`."""
    said = item.payload
    facts = {name: said[name] for name in ("day", "time", "act") if name in said}
    async with app.work(system_of(said["to"])) as work:
        await tell(work, said["event"], **facts)
