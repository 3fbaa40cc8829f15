"""The worker makes messages of an order: one a person by the person's choice, one a group by the bureau's.

Done again after a crash it makes none twice: a message is known by its recipient and by what it is about.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from policies.notifying.events import EVENTS, check_facts
from services.clock import CHINA
from services.jobs.orders import system_of
from services.notify.recipients import Facts, recipients
from services.work import App, Work
from tenants.notify_rows import ChannelKind, Message
from tenants.records import OutboxItem
from tenants.scope import Scope
from tenants.stores import notify_channels, notify_choices, notify_messages, outbox

SEND = "notify.send"
PERSONAL: tuple[ChannelKind, ...] = ("mail", "sms")
GROUPS: tuple[ChannelKind, ...] = ("wecom", "dingtalk")


@dataclass(frozen=True, slots=True)
class Planned:
    """A message to be: `subject` is "" for a group."""

    kind: ChannelKind
    subject: str
    facts: Facts


async def spread(app: App, item: OutboxItem) -> None:
    """Make the messages of an order, and an order to send each."""
    async with app.work(system_of(item.bureau), read_only=True) as work:
        planned, now = await _planned(work, item.payload), work.now
        dedup = _dedup(work, item)
    scope = Scope.own(item.bureau, "system")
    async with app.database.unit(scope) as db:
        for one in planned:
            made = Message(
                bureau=item.bureau,
                id=uuid4(),
                event=item.payload["event"],
                subject=one.subject,
                kind=one.kind,
                facts=one.facts,
                dedup=dedup,
                state="waiting",
                tries=0,
                made_at=now,
            )
            if await notify_messages.add(db, scope, made):
                await outbox.add(db, scope, SEND, {"message": str(made.id)}, now)


async def _planned(work: Work, payload: Mapping[str, Any]) -> list[Planned]:
    name = payload["event"]
    people = await recipients(work, payload)
    if not people:
        return []
    for facts in people.values():
        check_facts(name, facts)
    channels = {one.kind: one for one in await notify_channels.live(work.db, work.scope)}
    chosen = await notify_choices.of_people(work.db, work.scope, tuple(people))
    found = []
    for choice in chosen:
        kind = choice.events.get(name)
        address = {"mail": choice.mail, "sms": choice.mobile}.get(kind or "")
        if address is not None and kind in channels:
            found.append(Planned(_personal(kind), choice.subject, people[choice.subject]))
    groups = [kind for kind in GROUPS if kind in channels and name in channels[kind].events]
    # any facts do: the sentence of a group has none
    some = next(iter(people.values()))
    return found + [Planned(kind, "", {key: some[key] for key in EVENTS[name].facts}) for kind in groups]


def _personal(kind: str | None) -> ChannelKind:
    return "sms" if kind == "sms" else "mail"


def _dedup(work: Work, item: OutboxItem) -> str:
    """What makes it the same message. Approvals come in flocks: nobody is told of them twice an hour."""
    said = item.payload
    if said.get("daily"):
        return f"{said['event']}/{work.today.isoformat()}"
    if said["event"] in ("approval.waiting", "filing.received"):
        hour = work.now.astimezone(CHINA).isoformat(timespec="hours")
        return f"{said['event']}/{said.get('act', '')}/{hour}"
    if said["event"].startswith("draw."):
        return f"{said['event']}/{said['day']}/{said['time']}"
    return f"{said['event']}/{item.id}"
