"""What waits for somebody is told to who can decide it, in one line without details; and mail goes by TLS."""

import ssl
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from policies.waivers import PAIRS
from services.clock import today
from services.notify.daily import tell_of_day
from services.notify.reach import Reach, Target
from services.usecases.ask_glass import ask_glass
from services.usecases.ask_waiver import WaiverOrder, ask_waiver
from services.usecases.follow_finding import note_corrected
from services.usecases.keep_channel import NewChannel, keep_channel
from services.usecases.propose_grant import RoleOrder, propose_grant
from services.usecases.void_draw import propose_void
from services.work import App
from tests.certificates import certified
from tests.services.notify_servers import Mailbox, listening

from . import ceremony as c
from . import fieldwork as f
from .changing import dispatch
from .notifying import LOOPBACK, XP, admin, choose, log_of, mail_channel, rounds, try_out
from .test_notify_told import give_role

CITY, KD = "411700", "150203"
WHY = "核对系统故障原因"
DAY = date(2026, 2, 11)


@pytest.fixture
def app(notified: App) -> App:
    return notified


async def told_of(app: App, event: str, bureau: str = XP) -> list[tuple[str, Any, str]]:
    await rounds(app, bureau)
    found = [one.message for one in await log_of(app, bureau) if one.message.event == event]
    return [(one.subject, one.facts, one.state) for one in found]


async def listens(app: App, role: str, event: str, bureau: str = XP) -> str:
    who = c.acting(app, bureau, role)
    await give_role(app, who, role)
    await choose(app, who, mail=f"{role.replace('_', '-')}@xiping.example", events={event: "mail"})
    return who.subject


async def mail_of(app: App, box: Mailbox, bureau: str) -> None:
    settings = {"security": "none", "account": "", "sender": "notice@city.example"}
    async with app.work(admin(app, bureau)) as work:
        await keep_channel(work, NewChannel("mail", settings | {"host": "localhost", "port": str(box.port)}))


async def test_a_draw_of_today_and_what_waits_for_the_head(app: App, box: Mailbox) -> None:
    await mail_channel(app, box)
    drawer, head = (
        await listens(app, "drawer", "draw.today"),
        await listens(app, "bureau_head", "approval.waiting"),
    )
    await c.plan(app, XP)
    prepared = await c.prepare(app, XP)
    await rounds(app)
    app.clock.set(c.BEACON - timedelta(hours=4))
    await tell_of_day(app, XP)
    facts = {"day": "2025-12-30", "time": "10:00"}
    assert await told_of(app, "draw.today") == [(drawer, facts, "sent")]
    await c.freeze(app, XP, prepared.draw_no)
    await give_role(app, c.acting(app, XP, "system_admin"), "system_admin")
    acts = [
        (admin(app), lambda work: propose_grant(work, RoleOrder("sub-9", "王五", "drawer"))),
        (
            c.acting(app, XP, "system_admin"),
            lambda work: ask_glass(work, XP, WHY, "只看岗位清单", 30),
        ),
        (admin(app), lambda work: propose_void(work, prepared.draw_no, "名录有误，须重新抽取")),
    ]
    for n, (who, act) in enumerate(acts, 1):
        async with app.work(who) as work:
            await act(work)
        waits = await told_of(app, "approval.waiting")
        assert [one for one in waits if one[0] == head] == [(head, {}, "sent")] * n, who
    letters = [one.get_content() for one in box.letters if one["To"].startswith("bureau-head@")]
    assert len(letters) == 3 and len(set(letters)) == 1 and "有事项等待您审批" in letters[0]
    assert not [word for word in ("王五", "岗位清单", "名录", "drawer", "应急") if word in "".join(letters)]


async def test_a_waiver_is_told_to_the_superior(app: App, box: Mailbox) -> None:
    await mail_channel(app, box)
    await mail_of(app, box, CITY)
    head = await listens(app, "bureau_head", "approval.waiting", CITY)
    own = c.acting(app, XP, "bureau_head")
    await give_role(app, c.acting(app, XP, "registry_keeper"), "registry_keeper")
    this_day = today(app.clock) + timedelta(1)
    keeper = c.acting(app, XP, "registry_keeper").subject
    asked = WaiverOrder(keeper, tuple(PAIRS)[:1], this_day, this_day + timedelta(30), "人手不足", 4)
    async with app.work(own) as work:
        await ask_waiver(work, asked)
    await rounds(app)  # the bureau's worker passes it on
    assert (head, {}, "sent") in await told_of(app, "approval.waiting", CITY)


async def test_a_correction_order_is_told_until_it_is_settled(app: App, box: Mailbox) -> None:
    await mail_of(app, box, KD)
    reviewer = await listens(app, "reviewer", "correction.due", KD)
    draw_no = await f.drawn(app, KD, {5: (2, 4)})
    await dispatch(app, KD, draw_no, days=[DAY])
    f.at(app, DAY)
    due = DAY + timedelta(days=30)
    team = (f.cert(KD, 2), f.cert(KD, 4))
    made = await f.record(app, KD, 2, draw_no, 0, f.faulty(app, *team, due=due))
    f.at(app, due - timedelta(days=3), 8)
    for _ in range(2):  # the same day, asked twice
        await tell_of_day(app, KD)
    said = (reviewer, {"count": 1, "day": due.isoformat()}, "sent")
    assert await told_of(app, "correction.due", KD) == [said]
    assert "有 1 项责令改正" in box.letters[-1].get_content() and "模拟企业" not in str(box.letters[-1])
    async with app.work(c.acting(app, KD, "reviewer")) as work:
        await note_corrected(work, made.visit_id, 1, due - timedelta(days=3))
    f.at(app, due, 8)
    await tell_of_day(app, KD)
    assert await told_of(app, "correction.due", KD) == [said]


@pytest.mark.parametrize(("name", "state"), [("localhost", "sent"), ("elsewhere.example", "waiting")])
async def test_mail_goes_encrypted_to_the_server_its_certificate_names(
    app: App, tmp_path: Path, name: str, state: str
) -> None:
    ca, key = certified(tmp_path, name)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(ca, key)
    async with listening(Mailbox(), ssl=server) as safe:
        reach = Reach((Target("localhost", safe.port),), LOOPBACK, ca)
        there = replace(app, settings=replace(app.settings, notify_reach=reach))
        channel = await mail_channel(there, safe, security="tls")
        await choose(there, admin(there), mail="admin@xiping.example")
        made = await try_out(there, channel.id)
        await rounds(there, times=1)
        sent = next(one for one in await log_of(there) if one.message.id == made.id)
    assert sent.message.state == state and len(safe.letters) == (state == "sent")
    if state != "sent":
        assert [one.outcome for one in sent.attempts] == ["ChannelUnreachable"] and safe.heard == []
