"""What was sent, what waits, what was given up; a test message, and one sent anew."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from policies.errors import Missing
from policies.notifying.channels import GROUPS
from policies.notifying.errors import BadAddress
from policies.notifying.events import TEST, Event, event_of
from services.jobs.orders import order
from services.notify.spreading import SEND
from services.work import Work
from tenants import journal
from tenants.notify_rows import Attempt, Message, MessageState
from tenants.stores import notify_channels, notify_choices, notify_messages

PAGE = 50


@dataclass(frozen=True, slots=True)
class Sent:
    """A message as the log shows it: what about, what became of it; its recipient by login, no address."""

    message: Message
    event: Event
    attempts: tuple[Attempt, ...]


@dataclass(frozen=True, slots=True)
class MessageLog:
    """A page of the log. `counts`: state → how many in all. `after`: key of the next page, or None."""

    sent: tuple[Sent, ...]
    counts: dict[str, int]
    after: str | None


async def message_log(work: Work, after: str = "", state: MessageState | None = None) -> MessageLog:
    """Messages of the own bureau, the newest first.

    Args:
        after: `MessageLog.after` of the page before. state: only those in it.

    Raises:
        Missing: `after` is no such key.
    """
    work.require("notify.read")
    found = await notify_messages.newest(
        work.db, work.scope, after=_key(after) if after else None, state=state, limit=PAGE + 1
    )
    shown = found[:PAGE]
    tries: dict[UUID, list[Attempt]] = {}
    for one in await notify_messages.attempts(work.db, work.scope, [m.id for m in shown]):
        tries.setdefault(one.message, []).append(one)
    sent = tuple(Sent(m, event_of(m.event), tuple(tries.get(m.id, ()))) for m in shown)
    more = f"{shown[-1].made_at.isoformat()}~{shown[-1].id}" if len(found) > PAGE else None
    return MessageLog(sent, await notify_messages.counts(work.db, work.scope), more)


async def send_test(work: Work, id: UUID) -> Message:
    """Send a test message by a channel: to a group, or to the own address; the worker sends it.

    Raises:
        Missing: no such channel. BadAddress: the person has given no address for it.
    """
    work.require("notify.send")
    channel = await notify_channels.get(work.db, work.scope, id)
    if channel.ended_at is not None:
        raise Missing(id, what="通知渠道")
    subject = "" if channel.kind in GROUPS else work.principal.subject
    if subject:
        choice = await notify_choices.of_person(work.db, work.scope, subject)
        if choice is None or (choice.mobile if channel.kind == "sms" else choice.mail) is None:
            raise BadAddress(field="本人地址", need="先在“我的通知”中填写本人的邮箱或手机号")
    made = Message(
        bureau=work.scope.bureau,
        id=(key := uuid4()),
        event=TEST.name,
        subject=subject,
        kind=channel.kind,
        facts={},
        dedup=f"test/{key}",
        state="waiting",
        tries=0,
        made_at=work.now,
    )
    await notify_messages.add(work.db, work.scope, made)
    await order(work, SEND, {"message": str(made.id)})
    await _note(work, made, {"test": channel.kind})
    return made


async def send_again(work: Work, id: UUID) -> Message:
    """Send a message that was given up once more. Raises Missing; WrongState: it was not given up."""
    work.require("notify.send")
    kept = await notify_messages.get(work.db, work.scope, id)
    await notify_messages.again(work.db, work.scope, id)
    await order(work, SEND, {"message": str(id)})
    await _note(work, kept, {"again": True})
    return await notify_messages.get(work.db, work.scope, id)


async def _note(work: Work, message: Message, after: dict[str, object]) -> None:
    await journal.note(
        work.db,
        work.scope,
        actor=work.principal,
        action="notify.send",
        target=f"message/{message.id}",
        before={"state": message.state},
        after=after,
        at=work.now,
    )


def _key(text: str) -> tuple[datetime, UUID]:
    at, _, id = text.partition("~")
    try:
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None:
            raise ValueError
        return moment, UUID(id)
    except ValueError:
        raise Missing(text[:60], what="页面") from None
