"""What the tests of notification share: people, channels on servers of their own, the worker's rounds."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

from policies.terms import Principal
from services.clock import SimulatedClock
from services.jobs.deliver import deliver
from services.notify.reach import Gateway, Reach, Target
from services.usecases.keep_channel import NewChannel, channels, end_channel, keep_channel
from services.usecases.message_log import message_log, send_test
from services.usecases.my_notices import NewChoice, keep_my_notices

from . import ceremony as c

XP, KDL = "411721", "150203"
LOOPBACK = (ip_network("127.0.0.0/8"),)
MAIL = {"security": "none", "account": "bureau", "sender": "notice@xiping.example"}


def admin(app, bureau: str = XP) -> Principal:
    return c.acting(app, bureau, "bureau_admin")


async def rounds(app, bureau: str = XP, times: int = 3) -> dict[str, int]:
    """The worker's rounds, with time enough between them for every next try."""
    found = {"done": 0, "failed": 0, "stuck": 0}
    for _ in range(times):
        for outcome, n in (await deliver(app, bureau)).items():
            found[outcome] += n
        app.wall.advance(timedelta(hours=7))
    return found


async def mail_channel(app, box, **more):
    async with app.work(admin(app)) as work:
        settings = MAIL | {"host": "localhost", "port": str(box.port)} | more
        return await keep_channel(work, NewChannel("mail", settings, {"password": "geheim-42"}))


async def robot(app, hook, kind: str, *events: str, secret: str = ""):
    path = {"wecom": "/cgi-bin/webhook/send?key=k1", "dingtalk": "/robot/send?access_token=t1"}[kind]
    secrets = {"url": f"http://localhost:{hook.port}{path}", "secret": secret}
    async with app.work(admin(app)) as work:
        return await keep_channel(work, NewChannel(kind, {}, secrets, events))


async def choose(app, who: Principal, **choice):
    async with app.work(who) as work:
        return await keep_my_notices(work, NewChoice(**choice))


async def try_out(app, id):
    async with app.work(admin(app)) as work:
        return await send_test(work, id)


async def log_of(app, bureau: str = XP):
    async with app.work(admin(app, bureau), read_only=True) as work:
        return (await message_log(work)).sent


async def beside(deployment, box, hook):
    """The deployment with the servers of a test, a clock of its own, and nothing left from before."""
    ports = (box.port, hook.port)
    reach = Reach(tuple(Target("localhost", port, True) for port in ports), LOOPBACK)
    body = {
        "phone": "{to}",
        "content": "{text}",
        "id": "{message}",
        "sign": "{signature}",
        "user": "{account}",
    }
    gateway = Gateway(
        f"http://localhost:{hook.port}/sms", {"authorization": "Bearer {secret}"}, body, {"code": "OK"}
    )
    settings = replace(deployment.settings, notify_reach=reach, notify_sms=gateway)
    found = replace(deployment, settings=settings, wall=SimulatedClock(datetime(2026, 1, 1, tzinfo=UTC)))
    for bureau in (XP, KDL):
        async with found.work(admin(found, bureau)) as work:
            for one in await channels(work):
                await end_channel(work, one.id)
        await rounds(found, bureau)
    return found
