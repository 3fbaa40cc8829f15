"""The page of channels: the form of each kind, filled with what may be shown, and what is in the way."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from policies.notifying.channels import FORMS, GROUPS
from policies.notifying.errors import BadChannel
from policies.notifying.events import EVENTS, Event
from services.usecases.keep_channel import NewChannel, channels
from services.work import Work
from tenants.notify_rows import Channel


@dataclass(frozen=True, slots=True)
class ChannelCard:
    """One kind of channel. `channel` None: none stands. `possible`: the operator lets it be used at all."""

    kind: str
    zh: str
    en: str
    group: bool
    possible: bool
    channel: Channel | None

    @property
    def settings(self) -> Mapping[str, Any]:
        """What may be shown, {} where none stands."""
        return self.channel.settings if self.channel else {}


@dataclass(frozen=True, slots=True)
class ChannelBoard:
    """Every kind of channel; `hosts`: the operator's list of servers; `events`: what there is to tell."""

    cards: tuple[ChannelCard, ...]
    hosts: tuple[str, ...]
    events: tuple[Event, ...]


async def channel_board(work: Work) -> ChannelBoard:
    """The channels of the bureau acted for."""
    standing = {one.kind: one for one in await channels(work)}
    settings = work.app.settings
    cards = tuple(
        ChannelCard(
            form.kind,
            form.zh,
            form.en,
            form.kind in GROUPS,
            form.kind != "sms" or settings.notify_sms is not None,
            next((one for kind, one in standing.items() if kind == form.kind), None),
        )
        for form in FORMS.values()
    )
    hosts = (
        one.host if one.port is None else f"{one.host}:{one.port}" for one in settings.notify_reach.targets
    )
    return ChannelBoard(cards, tuple(hosts), tuple(EVENTS.values()))


def channel_order(data: Mapping[str, Any]) -> NewChannel:
    """A form as an order. Raises BadChannel: no such kind."""
    kind = str(data.get("kind", ""))
    form = FORMS.get(kind)
    if form is None:
        raise BadChannel(kind[:20], field="渠道", need=" / ".join(FORMS))
    chosen = data.get("events", [])
    events = [chosen] if isinstance(chosen, str) else list(chosen)
    return NewChannel(
        kind,
        {name: str(data.get(name, "")) for name in form.shown},
        {name: str(data.get(name, "")) for name in form.secret},
        tuple(str(one) for one in events),
    )
