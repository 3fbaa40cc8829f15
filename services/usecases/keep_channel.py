"""A bureau's channel is set up or changed: the former one ends, so what went out by it stays told by it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from policies.notifying.channels import GROUPS, checked_secrets, checked_settings, same_target
from policies.notifying.errors import BadChannel
from policies.notifying.events import EVENTS
from services.notify.errors import NoGateway
from services.notify.robots import robot_url
from services.notify.vault import Vault, channel_place
from services.work import Work
from tenants import journal
from tenants.notify_rows import Channel, ChannelKind
from tenants.stores import notify_channels

KINDS: Mapping[str, ChannelKind] = {"mail": "mail", "sms": "sms", "wecom": "wecom", "dingtalk": "dingtalk"}


@dataclass(frozen=True, slots=True)
class NewChannel:
    """A channel as it was filled in.

    Attributes:
        settings: what may be seen. secrets: what may not; a blank one stays as it is, while the target does.
        events: what a group is told of; for mail and SMS each person chooses.
    """

    kind: str
    settings: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    events: tuple[str, ...] = ()


async def channels(work: Work) -> tuple[Channel, ...]:
    """The channels that stand; their secrets stay sealed."""
    work.require("notify.read")
    return await notify_channels.live(work.db, work.scope)


async def keep_channel(work: Work, order: NewChannel) -> Channel:
    """Set a channel up, in the place of the one of its kind.

    Raises:
        BadChannel: a field; a secret that is missing, or must be entered anew since its target changed.
        HostRefused: not one of the operator's servers. NoGateway: the operator has none for SMS.
        Conflict: somebody else set one up this moment.
    """
    work.require("notify.manage")
    settings, secrets = (
        checked_settings(order.kind, order.settings),
        checked_secrets(order.kind, order.secrets),
    )
    kind = KINDS[order.kind]
    if kind in GROUPS and "url" in secrets:
        secrets["url"] = robot_url(kind, secrets["url"])
        settings["host"] = urlsplit(secrets["url"]).netloc
    standing = {one.kind: one for one in await notify_channels.live(work.db, work.scope)}
    former, vault = standing.get(kind), Vault(work.db, work.scope, work.app.keys)
    if kind in GROUPS and "url" not in secrets and former is not None:
        settings["host"] = str(former.settings["host"])
    whole = await _whole(vault, former, settings, secrets)
    _refuse(work, kind, settings, whole)
    made = Channel(
        bureau=work.scope.bureau,
        id=(id := uuid4()),
        kind=kind,
        settings=settings,
        sealed=await vault.seal(channel_place(id), whole, work.now),
        events=tuple(name for name in EVENTS if name in order.events) if kind in GROUPS else (),
        made_by=work.principal.subject,
        made_at=work.now,
    )
    if former is not None:
        await notify_channels.end(work.db, work.scope, former.id, by=work.principal.subject, at=work.now)
    await notify_channels.put(work.db, work.scope, made)
    changed = shown(made) | {"secrets": sorted(secrets)}  # which were entered, never what
    await _note(work, kind, shown(former) if former else None, changed)
    return made


async def end_channel(work: Work, id: UUID) -> Channel:
    """End a channel: what waits for it is given up. Raises Missing, WrongState."""
    work.require("notify.manage")
    former = await notify_channels.get(work.db, work.scope, id)
    await notify_channels.end(work.db, work.scope, id, by=work.principal.subject, at=work.now)
    await _note(work, former.kind, shown(former), {"ended": True})
    return former


def shown(channel: Channel) -> dict[str, Any]:
    """What the journal keeps of a channel."""
    return {"settings": dict(channel.settings), "events": list(channel.events)}


async def _whole(
    vault: Vault, former: Channel | None, settings: Mapping[str, object], secrets: Mapping[str, str]
) -> dict[str, str]:
    """The secrets entered, and those before in place of blank ones where they go where they went."""
    if former is None or not same_target(former.kind, former.settings, settings):
        return dict(secrets)
    if "url" in secrets:  # another robot has another signature, or none
        return dict(secrets)
    return await vault.open(channel_place(former.id), former.sealed) | dict(secrets)


def _refuse(work: Work, kind: str, settings: Mapping[str, Any], secrets: Mapping[str, str]) -> None:
    reach = work.app.settings.notify_reach
    if kind == "mail":
        if settings["account"] and "password" not in secrets:
            raise BadChannel(field="密码", need="服务器、端口、加密方式或账号改变时须重新填写密码")
        reach.require(settings["host"], settings["port"], encrypted=settings["security"] != "none")
    elif kind == "sms":
        if work.app.settings.notify_sms is None:
            raise NoGateway
        if "secret" not in secrets:
            raise BadChannel(field="密钥", need="账号改变时须重新填写密钥")
    else:
        if "url" not in secrets:
            raise BadChannel(field="Webhook 地址", need="群机器人的完整地址")
        parts = urlsplit(secrets["url"])
        encrypted = parts.scheme == "https"
        reach.require(str(parts.hostname), parts.port or (443 if encrypted else 80), encrypted=encrypted)


async def _note(work: Work, kind: str, before: dict[str, Any] | None, after: dict[str, Any]) -> None:
    await journal.note(
        work.db,
        work.scope,
        actor=work.principal,
        action="notify.manage",
        target=f"channel/{kind}",
        before=before or {},
        after=after,
        at=work.now,
    )
