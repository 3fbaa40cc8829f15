"""What the day brings, told once: tasks that open, certificates and corrections near their end,
records whose clocks run out, draws."""

from datetime import datetime, timedelta

from services.clock import CHINA
from services.jobs.orders import order, system_of
from services.notify.telling import KIND, payload_of
from services.work import App
from tenants.rows import Json
from tenants.stores import notify_channels, notify_counts

CLOCKS = ("review.due", "upload.due", "publish.due", "task.ending")
OF_DAY = ("task.waiting", "certificate.own", "certificate.staff", "correction.due", *CLOCKS)


async def tell_of_day(app: App, bureau: str) -> Json:
    """Order the messages of the day; a second run of the same day makes none twice.

    Returns:
        {"orders": how many}; none where the bureau has no channel.
    """
    async with app.work(system_of(bureau)) as work:
        if not await notify_channels.some(work.db, work.scope):
            return {"orders": 0}
        first = datetime.combine(work.today, datetime.min.time(), CHINA)
        moments = await notify_counts.draws_within(work.db, work.scope, first, first + timedelta(1))
        for event in OF_DAY:
            await order(work, KIND, payload_of(event) | {"daily": 1})
        for moment in moments[:1]:  # the first of the day stands for all of them
            local = moment.astimezone(CHINA)
            said = payload_of("draw.today", day=local.date().isoformat(), time=f"{local:%H:%M}")
            await order(work, KIND, said | {"daily": 1})
    return {"orders": len(OF_DAY) + len(moments[:1])}
