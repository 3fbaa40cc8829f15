"""Everyone decides how to be told. Addresses are personal: only their owner enters and sees them, masked."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from policies.notifying.addresses import mail_of, mask, mobile_of
from policies.notifying.errors import BadAddress, UnknownEvent
from policies.notifying.events import Event
from policies.notifying.offers import offered
from services.notify.vault import Vault, person_place
from services.work import Work
from tenants import journal
from tenants.notify_rows import Choice
from tenants.stores import notify_channels, notify_choices

WAYS = ("", "mail", "sms")


@dataclass(frozen=True, slots=True)
class MyNotices:
    """What a person has chosen.

    Attributes:
        events: those the person's roles are told of. chosen: event → "mail", "sms" or "".
        mail, mobile: masked, "" where none was given.
        ways: the kinds of channel the bureau has for people.
    """

    events: tuple[Event, ...]
    chosen: Mapping[str, str]
    mail: str
    mobile: str
    ways: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NewChoice:
    """A choice as it was filled in.

    Attributes:
        mail, mobile: a new address, "" to leave it. forget: kinds whose address is to be taken out.
        events: event → "mail", "sms" or "".
    """

    mail: str = ""
    mobile: str = ""
    forget: tuple[str, ...] = ()
    events: Mapping[str, str] = field(default_factory=dict)


async def my_notices(work: Work) -> MyNotices:
    """The own choice in the bureau acted for."""
    work.require("notify.own")
    choice = await notify_choices.of_person(work.db, work.scope, work.principal.subject)
    channels = {one.kind for one in await notify_channels.live(work.db, work.scope)}
    return MyNotices(
        events=offered(work.principal.roles),
        chosen=dict(choice.events) if choice else {},
        mail=await _masked(work, "mail", choice.mail if choice else None),
        mobile=await _masked(work, "sms", choice.mobile if choice else None),
        ways=tuple(kind for kind in ("mail", "sms") if kind in channels),
    )


async def keep_my_notices(work: Work, order: NewChoice) -> MyNotices:
    """Keep the own choice; of the addresses the journal is told only whether there is one.

    Raises:
        BadAddress: no address, or an event is to come where no address is given. UnknownEvent: not one of
            the person's.
    """
    work.require("notify.own")
    subject = work.principal.subject
    former = await notify_choices.of_person(work.db, work.scope, subject)
    address, number = order.mail and mail_of(order.mail), order.mobile and mobile_of(order.mobile)
    mail = await _sealed(work, "mail", order, address, former.mail if former else None)
    mobile = await _sealed(work, "sms", order, number, former.mobile if former else None)
    events = _events(work, order.events)
    if "mail" in events.values() and mail is None:
        raise BadAddress(field="邮箱", need="选择邮件通知时须填写邮箱")
    if "sms" in events.values() and mobile is None:
        raise BadAddress(field="手机号", need="选择短信通知时须填写手机号")
    await notify_choices.keep(
        work.db, work.scope, subject, mail=mail, mobile=mobile, events=events, at=work.now
    )
    kept = await notify_choices.of_person(work.db, work.scope, subject)
    await journal.note(
        work.db,
        work.scope,
        actor=work.principal,
        action="notify.own",
        target="notify/choice",
        before=_told(former),
        after=_told(kept),
        at=work.now,
    )
    return await my_notices(work)


def _events(work: Work, given: Mapping[str, str]) -> dict[str, str]:
    names = {event.name for event in offered(work.principal.roles)}
    for name, way in given.items():
        if name not in names or way not in WAYS:
            raise UnknownEvent(name[:40], wanted="、".join(sorted(names)))
    return {name: way for name, way in given.items() if way}


async def _sealed(
    work: Work, kind: str, order: NewChoice, address: str, former: bytes | None
) -> bytes | None:
    if address:
        vault = Vault(work.db, work.scope, work.app.keys)
        return await vault.seal(person_place(work.principal.subject, kind), {"to": address}, work.now)
    return None if kind in order.forget else former


async def _masked(work: Work, kind: str, blob: bytes | None) -> str:
    if blob is None:
        return ""
    vault = Vault(work.db, work.scope, work.app.keys)
    return mask((await vault.open(person_place(work.principal.subject, kind), blob))["to"])


def _told(choice: Choice | None) -> dict[str, object]:
    if choice is None:
        return {}
    there = {"mail": choice.mail is not None, "mobile": choice.mobile is not None}
    return there | {"events": dict(choice.events)}
