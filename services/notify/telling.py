"""An act says that there is something to tell: an order on the outbox, in the transaction of the act.

The order carries an event and days. Who is told follows when the worker carries it out, from what is kept
then: nothing is lost by a crash, and an act does not wait for a mail server.
"""

import hashlib

from services.jobs.orders import order
from services.work import Work
from tenants.rows import Json
from tenants.stores import notify_channels

KIND, PASS = "notify.tell", "notify.pass"


async def tell(work: Work, event: str, *, day: str = "", time: str = "", act: str = "") -> None:
    """Order that people of the bureau acted for are told; nothing where it has no channel.

    Args:
        event: one of `policies.notifying.events.EVENTS`.
        day, time: of the event, in China. act: whoever may do this is told, where the event names no roles.
    """
    if await notify_channels.some(work.db, work.scope):
        await order(work, KIND, payload_of(event, day=day, time=time, act=act, by=work.principal.subject))


async def tell_other(
    work: Work, bureau: str, event: str, *, day: str = "", time: str = "", act: str = ""
) -> None:
    """Order that people of another bureau are told; whether that one has a channel is seen by the worker."""
    facts = {name: value for name, value in (("day", day), ("time", time), ("act", act)) if value}
    await order(work, PASS, {"to": bureau, "event": event, **facts})


def payload_of(event: str, *, day: str = "", time: str = "", act: str = "", by: str = "") -> Json:
    """The order's payload: who acted stands in it as a hash, since a login may be somebody's name."""
    facts = {"day": day, "time": time, "act": act, "by": hand(by) if by else ""}
    return {"event": event, **{name: value for name, value in facts.items() if value}}


def hand(subject: str) -> str:
    """What stands for a login in an order: enough to leave that one person out."""
    return hashlib.sha256(b"notify\x00" + subject.encode()).hexdigest()[:16]
