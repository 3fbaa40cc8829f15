"""The clocks of records are told ahead, on the day and once after it, while there is something to do."""

from datetime import date, timedelta

import pytest

from policies.planning.workdays import NATIONAL
from services.notify.daily import tell_of_day
from services.usecases.publish_notice import publish_results
from services.usecases.review_visit import review_visit
from services.usecases.upload_results import make_upload
from services.work import App
from tenants.records import Visit
from tenants.stores import visits
from tests.services.notify_servers import Mailbox

from . import ceremony as c
from . import fieldwork as f
from .changing import dispatch
from .notifying import XP, choose, mail_channel
from .test_notify_waiting import listens, mail_of, told_of

KD = "150203"
PUBLISHER = ("publisher", "publish.due")


@pytest.fixture
def app(notified: App) -> App:
    return notified


def around(day: date) -> list[date]:
    """The working days on which a last day is spoken of: three before it, itself, one after."""
    days = [day + timedelta(n) for n in range(-25, 26)]
    worked = [one for one in days if NATIONAL.is_working(one)]
    on = max(n for n, one in enumerate(worked) if one <= day)
    return [worked[on - 3], worked[on], worked[on + 1]]


async def told_on(app: App, bureau: str, event: str, first: date, last: date) -> list[date]:
    """The days on which an event was told, asking twice every morning of a span."""
    found, before, day = [], len(await told_of(app, event, bureau)), first
    while day <= last:
        f.at(app, day, 8)
        await tell_of_day(app, bureau)
        await tell_of_day(app, bureau)
        now = len(await told_of(app, event, bureau))
        found += [day] * (now - before)
        before, day = now, day + timedelta(1)
    return found


async def recorded(app: App, bureau: str, day: date) -> Visit:
    """A record of one of two visits of officer 2, whose login is the drawer's."""
    draw_no = await f.drawn(app, bureau, {5: (2, 4), 6: (2, 4)})
    await dispatch(app, bureau, draw_no, days=[day])
    f.at(app, day)
    made = await f.record(app, bureau, 2, draw_no, 0, f.form(app, f.cert(bureau, 2), f.cert(bureau, 4)))
    async with app.work(c.acting(app, bureau, "reviewer")) as work:
        return await visits.get(work.db, work.scope, bureau, made.visit_id)


async def accept(app: App, visit: Visit) -> None:
    async with app.work(c.acting(app, visit.bureau, "reviewer")) as work:
        await review_visit(work, visit.id, accept=True)


async def test_each_clock_of_a_record_is_told_until_its_step_is_taken(app: App, box: Mailbox) -> None:
    await mail_channel(app, box)
    reviewer, publisher = [await listens(app, *one) for one in (("reviewer", "review.due"), PUBLISHER)]
    visit = await recorded(app, XP, date(2026, 2, 4))
    upload, publish = visit.upload_due, visit.publish_due
    assert upload and publish and upload < publish
    told = await told_on(app, XP, "review.due", upload - timedelta(8), upload + timedelta(5))
    assert told == around(upload)
    said = (reviewer, {"count": 1, "day": upload.isoformat()}, "sent")
    assert await told_of(app, "review.due") == [said] * 3
    assert f"须于 {upload} 前审核" in box.letters[-1].get_content() and "模拟企业" not in str(box.letters[-1])
    await accept(app, visit)
    assert await told_on(app, XP, "review.due", upload + timedelta(6), upload + timedelta(8)) == []
    f.at(app, publish, 8)
    await tell_of_day(app, XP)
    facts = {"count": 1, "day": publish.isoformat()}
    assert await told_of(app, "publish.due") == [(publisher, facts, "sent")]
    async with app.work(c.acting(app, XP, "publisher")) as work:
        await publish_results(work, f.Q1)
    assert await told_on(app, XP, "publish.due", publish + timedelta(1), publish + timedelta(4)) == []


async def test_an_upload_is_told_once_it_is_reviewed_and_a_visit_until_it_is_made(
    app: App, box: Mailbox
) -> None:
    await mail_of(app, box, KD)
    publisher = await listens(app, "publisher", "upload.due", KD)
    await choose(
        app,
        c.acting(app, KD, "inspector", post="drawer"),
        mail="officer@kundulun.example",
        events={"task.ending": "mail"},
    )
    visit = await recorded(app, KD, date(2026, 3, 16))
    due, end = visit.upload_due, date(2026, 3, 31)
    assert due
    ahead = around(due)[0]
    assert await told_on(app, KD, "upload.due", date(2026, 3, 17), ahead) == []  # not reviewed yet
    await accept(app, visit)
    assert await told_on(app, KD, "upload.due", ahead + timedelta(1), due) == [due]
    facts = {"count": 1, "day": due.isoformat()}
    assert await told_of(app, "upload.due", KD) == [(publisher, facts, "sent")]
    async with app.work(c.acting(app, KD, "publisher")) as work:
        await make_upload(work, f.Q1)
    assert await told_on(app, KD, "upload.due", due + timedelta(1), end + timedelta(1)) == []
    ending = [one for _, one, state in await told_of(app, "task.ending", KD) if state == "sent"]
    assert (
        ending == [{"count": 1, "day": end.isoformat()}] * 3
    )  # ten and three working days ahead, and the day
