"""The worker delivers one message: looked at, sent, noted. Killed in between, it is sent again with its id.

Sending stands between two short transactions, so no lock waits for another machine.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from policies.errors import Problem
from policies.notifying.texts import compose
from services.jobs.backoff import given_up
from services.logs import say
from services.metrics import REGISTRY
from services.notify.errors import (
    ChannelRests,
    ChannelShut,
    ChannelUnreachable,
    NeverDelivered,
    NoAddress,
    NoChannel,
    NotDelivered,
)
from services.notify.mail import to_mailbox
from services.notify.robots import to_dingtalk, to_wecom
from services.notify.sending import Sending
from services.notify.sms import to_mobile
from services.notify.vault import Vault, channel_place, person_place
from services.work import App
from tenants.notify_rows import Channel, Message, MessageState
from tenants.records import OutboxItem
from tenants.scope import Scope
from tenants.stores import bureaus, notify_channels, notify_choices, notify_messages

REST = timedelta(minutes=1)
# channel → until when it is left alone, by the machine's clock: a dead server holds up one message, not all
_resting: dict[UUID, datetime] = {}


@dataclass(frozen=True, slots=True)
class Loaded:
    """A message with its channel, ready to go."""

    channel: Channel
    sending: Sending


async def deliver_message(app: App, item: OutboxItem) -> None:
    """Carry out one order to send.

    Raises:
        NotDelivered: it failed, was noted, and is to be tried again.
    """
    scope, id = Scope.own(item.bureau, "system"), UUID(item.payload["message"])
    async with app.database.unit(scope) as db:
        message = await notify_messages.get(db, scope, id)
    if message.state != "waiting":
        return
    channel: Channel | None = None
    try:
        loaded = await _load(app, scope, message)
        channel = loaded.channel
        await _send(app, loaded)
    except NotDelivered as problem:
        over = isinstance(problem, NeverDelivered) or given_up(item.tries)
        await _note(app, scope, message, problem.code, channel, over=over)
        if not over:
            raise
        _alarm(message, problem)
        return
    await _note(app, scope, message, "sent", channel, over=False)


async def _load(app: App, scope: Scope, message: Message) -> Loaded:
    name = await _name(app, message.bureau)
    async with app.database.unit(scope) as db:
        channels = await notify_channels.live(db, scope)
        channel = next((one for one in channels if one.kind == message.kind), None)
        if channel is None:
            raise NoChannel
        vault = Vault(db, scope, app.keys)
        secrets = await _opened(vault, channel_place(channel.id), channel.sealed)
        to = ""
        if message.subject:
            choice = await notify_choices.of_person(db, scope, message.subject)
            blob = choice and (choice.mobile if message.kind == "sms" else choice.mail)
            if not blob:
                raise NoAddress
            to = (await _opened(vault, person_place(message.subject, message.kind), blob))["to"]
    text = compose(
        message.event,
        message.facts,
        bureau=name,
        site=app.settings.public_url.rstrip("/"),
        group=not message.subject,
        demo=app.settings.demo,
    )
    at = int(app.wall.now().timestamp() * 1000)
    return Loaded(channel, Sending(message.id, to, text, channel.settings, secrets, at))


async def _opened(vault: Vault, place: str, blob: bytes) -> dict[str, str]:
    try:
        return await vault.open(place, blob)
    except Problem as problem:  # the provider is down, or the key is another: noted like any other failure
        raise ChannelShut(problem.code) from problem


async def _name(app: App, bureau: str) -> str:
    async with app.database.unit(Scope.for_system(), read_only=True) as control:
        return (await bureaus.get(control, bureau)).name


async def _send(app: App, loaded: Loaded) -> None:
    channel, now = loaded.channel, app.wall.now()
    if _resting.get(channel.id, now) > now:
        raise ChannelRests
    try:
        await send(app, channel, loaded.sending)
    except ChannelUnreachable:
        _resting[channel.id] = now + REST
        raise
    _resting.pop(channel.id, None)


async def send(app: App, channel: Channel, sending: Sending) -> None:
    """Send by a channel. Raises NotDelivered, by its kind."""
    reach = app.settings.notify_reach
    if channel.kind == "mail":
        await to_mailbox(reach, sending)
    elif channel.kind == "sms":
        await to_mobile(reach, app.settings.notify_sms, sending)
    elif channel.kind == "wecom":
        await to_wecom(reach, sending)
    else:
        await to_dingtalk(reach, sending)


async def _note(
    app: App, scope: Scope, message: Message, outcome: str, channel: Channel | None, *, over: bool
) -> None:
    settled: MessageState | None = "sent" if outcome == "sent" else "dead" if over else None
    async with app.database.unit(scope) as db:
        await notify_messages.tried(
            db,
            scope,
            message.id,
            outcome,
            app.clock.now(),
            channel=channel.id if channel else None,
            settled=settled,
        )
    REGISTRY.count("shuangsui_messages_total", message.bureau, outcome=settled or "failed")


def _alarm(message: Message, problem: NotDelivered) -> None:
    say("message.dead", bureau=message.bureau, level="warning", kind=message.kind, problem=problem.code)
    REGISTRY.count("shuangsui_alarms_total", message.bureau, what="notify")
