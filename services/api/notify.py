"""Channels of notification, the log of messages, the own choice; secrets and addresses only go in."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from litestar import Response
from litestar.params import JSONBody, QueryParameter
from msgspec import Meta

from policies.access_errors import Stranger
from services.api.contract import acts, reads
from services.api.once import InOnce
from services.api.types import NO_NUL, Body, Bureau, Code, Cursor, KeyInPath, Out, show
from services.usecases.keep_channel import NewChannel, channels, end_channel, keep_channel
from services.usecases.message_log import Sent, message_log, send_again, send_test
from services.usecases.my_notices import MyNotices, NewChoice, keep_my_notices, my_notices
from services.web.depends import InWork
from services.work import Work
from tenants.notify_rows import Channel, Message, MessageState

Text = Annotated[str, Meta(max_length=500, pattern=NO_NUL)]
Word = Annotated[str, Meta(max_length=60, pattern=NO_NUL)]
Kind = Literal["mail", "sms", "wecom", "dingtalk"]
InState = Annotated[MessageState | None, QueryParameter(description="Only messages in this state.")]


class ChannelBody(Body):
    """A channel in the place of the one of its kind.

    `settings`: mail host, port, security (tls, starttls, none), account, sender; sms account, signature.
    `secrets`: mail password; sms secret; wecom url; dingtalk url, secret. One left out stays as it is, while
    it goes where it went. `events`: what a group is told of.
    """

    kind: Kind
    settings: dict[Word, Text] = {}
    secrets: dict[Word, Text] = {}
    events: list[Word] = []


class ChoiceBody(Body):
    """How the person is told. `events`: event → mail, sms or "". `forget`: addresses to take out."""

    mail: Text = ""
    mobile: Text = ""
    forget: list[Literal["mail", "sms"]] = []
    events: dict[Word, Literal["", "mail", "sms"]] = {}


class ChannelOut(Out):
    """A channel: what may be seen of it."""

    id: UUID
    bureau: Code
    kind: Kind
    settings: dict[str, Any]
    events: list[str]
    made_by: str
    made_at: datetime


class MessageOut(Out):
    """A message: `subject` is the recipient's login, "" for a group; `id` goes out with it."""

    id: UUID
    bureau: Code
    event: str
    subject: str
    kind: Kind
    facts: dict[str, Any]
    state: MessageState
    tries: int
    made_at: datetime
    settled_at: datetime | None
    last_error: str | None


class AttemptOut(Out):
    """One try: "sent", or the code of what went wrong."""

    n: int
    at: datetime
    outcome: str


class SentOut(Out):
    """A message and its tries."""

    message: MessageOut
    attempts: list[AttemptOut]


class MessagesOut(Out):
    """A page of messages, the newest first. `counts`: by state. `next`: cursor of the page after."""

    messages: list[SentOut]
    counts: dict[str, int]
    next: str | None


class ChoiceOut(Out):
    """The own choice, masked. `offered`: events of the person's roles; `ways`: kinds of channel there are."""

    mail: str
    mobile: str
    events: dict[str, str]
    offered: list[str]
    ways: list[str]


@reads("/bureaus/{bureau:str}/notify/channels", action="notify.read")
async def list_channels(work: InWork, bureau: Bureau) -> list[ChannelOut]:
    """The channels of the own bureau that stand."""
    _own(work, bureau)
    return [_channel(one) for one in await channels(work)]


@acts("/bureaus/{bureau:str}/notify/channels", action="notify.manage")
async def set_channel(once: InOnce, bureau: Bureau, data: JSONBody[ChannelBody]) -> Response[ChannelOut]:
    """Set a channel up, or change it; the former one of its kind ends."""
    order = NewChannel(data.kind, data.settings, data.secrets, tuple(data.events))
    return await once.run(lambda work: keep_channel(work, order), _channel)


@acts("/bureaus/{bureau:str}/notify/channels/{channel:uuid}/end", action="notify.manage")
async def end_one_channel(once: InOnce, bureau: Bureau, channel: KeyInPath) -> Response[ChannelOut]:
    """End a channel; what waits for it is given up."""
    return await once.run(lambda work: end_channel(work, channel), _channel)


@acts("/bureaus/{bureau:str}/notify/channels/{channel:uuid}/test", action="notify.send")
async def test_channel(once: InOnce, bureau: Bureau, channel: KeyInPath) -> Response[MessageOut]:
    """Order a test message: to the group, or to the own address."""
    return await once.run(lambda work: send_test(work, channel), _message)


@reads("/bureaus/{bureau:str}/notify/messages", action="notify.read")
async def list_messages(
    work: InWork, bureau: Bureau, cursor: Cursor = "", status: InState = None
) -> MessagesOut:
    """What was sent, what waits, what was given up."""
    _own(work, bureau)
    found = await message_log(work, cursor, status)
    return MessagesOut(messages=[_sent(one) for one in found.sent], counts=found.counts, next=found.after)


@acts("/bureaus/{bureau:str}/notify/messages/{message:uuid}/again", action="notify.send")
async def send_message_again(once: InOnce, bureau: Bureau, message: KeyInPath) -> Response[MessageOut]:
    """Send a message that was given up once more."""
    return await once.run(lambda work: send_again(work, message), _message)


@reads("/bureaus/{bureau:str}/notify/mine", action="notify.own", read_only=True)
async def my_choice(work: InWork, bureau: Bureau) -> ChoiceOut:
    """How the person is told."""
    _own(work, bureau)
    return _choice(await my_notices(work))


@acts("/bureaus/{bureau:str}/notify/mine", action="notify.own")
async def set_my_choice(once: InOnce, bureau: Bureau, data: JSONBody[ChoiceBody]) -> Response[ChoiceOut]:
    """Choose how to be told."""
    order = NewChoice(data.mail, data.mobile, tuple(data.forget), dict(data.events))
    return await once.run(lambda work: keep_my_notices(work, order), _choice)


def _own(work: Work, bureau: str) -> None:
    if bureau != work.scope.bureau:
        raise Stranger(bureau)


def _channel(row: Channel) -> ChannelOut:
    return show(row, ChannelOut)


def _message(row: Message) -> MessageOut:
    return show(row, MessageOut)


def _sent(one: Sent) -> SentOut:
    tries = [AttemptOut(n=a.n, at=a.at, outcome=a.outcome) for a in one.attempts]
    return SentOut(message=_message(one.message), attempts=tries)


def _choice(found: MyNotices) -> ChoiceOut:
    chosen: Mapping[str, str] = found.chosen
    return ChoiceOut(
        mail=found.mail,
        mobile=found.mobile,
        events=dict(chosen),
        offered=[event.name for event in found.events],
        ways=list(found.ways),
    )


routes = [
    list_channels,
    set_channel,
    end_one_channel,
    test_channel,
    list_messages,
    send_message_again,
    my_choice,
    set_my_choice,
]
