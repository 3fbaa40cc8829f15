"""Webhooks of a bureau: an address is entered, its secret shown once and renewed, its log read, told anew."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from policies.hooking.errors import HookRefused, TooManyHooks
from policies.hooking.events import EVENTS
from policies.hooking.signing import BYTES, OVERLAP, secret_of
from services.hooks.sending import hook_place
from services.hooks.telling import SEND, tell_test
from services.jobs.orders import order
from services.notify.vault import Vault
from services.work import Work
from tenants import journal
from tenants.errors import WrongState
from tenants.hook_rows import Hook, HookDelivery, HookState
from tenants.stores import hooks

MOST = 10
LONGEST_URL, LONGEST_WORDS = 500, 100


@dataclass(frozen=True, slots=True)
class MadeHook:
    """An endpoint with its secret, which is shown this once."""

    hook: Hook
    secret: str


async def list_hooks(work: Work) -> tuple[Hook, ...]:
    """Endpoints that stand; their secrets stay sealed."""
    work.require("hook.read")
    return await hooks.live(work.db, work.scope)


async def keep_hook(work: Work, url: str, words: str, events: Sequence[str]) -> MadeHook:
    """Enter an endpoint.

    Raises:
        HookRefused: no https address, with a name or password in it; no such event; too long a description.
        HostRefused: not one of the operator's servers. TooManyHooks: ten stand.
    """
    work.require("hook.manage")
    wanted = tuple(name for name in EVENTS if name in events)
    if not wanted or set(events) - set(EVENTS):
        raise HookRefused("、".join(events)[:60], need=f"至少一种事件：{'、'.join(EVENTS)}")
    if len(words.strip()) > LONGEST_WORDS or "\x00" in words:
        raise HookRefused(words[:20], need=f"说明不超过 {LONGEST_WORDS} 个字符")
    host, port, encrypted = _address(url)
    work.app.settings.notify_reach.require(host, port, encrypted=encrypted)
    if len(await hooks.live(work.db, work.scope)) >= MOST:
        raise TooManyHooks(most=MOST)
    secret, id = secret_of(secrets.token_bytes(BYTES)), uuid4()
    sealed = await Vault(work.db, work.scope, work.app.keys).seal(
        hook_place(id), {"secret": secret}, work.now
    )
    made = Hook(
        bureau=work.scope.bureau,
        id=id,
        url=url.strip(),
        words=words.strip(),
        events=wanted,
        sealed=sealed,
        made_by=work.principal.subject,
        made_at=work.now,
    )
    await hooks.put(work.db, work.scope, made)
    await _note(work, made, None, {"host": host, "events": list(wanted)})
    return MadeHook(made, secret)


async def renew_secret(work: Work, id: UUID) -> MadeHook:
    """Another secret; for a day the one before signs beside it. Raises Missing, WrongState."""
    work.require("hook.manage")
    hook = await hooks.get(work.db, work.scope, id, hold=True)
    vault = Vault(work.db, work.scope, work.app.keys)
    former = (await vault.open(hook_place(id), hook.sealed))["secret"]
    secret = secret_of(secrets.token_bytes(BYTES))
    sealed = await vault.seal(hook_place(id), {"secret": secret, "former": former}, work.now)
    until = work.app.wall.now() + OVERLAP  # tries are made by the machine's clock
    await hooks.renew(work.db, work.scope, id, sealed, until)
    await _note(work, hook, {"secret": "former"}, {"secret": "new", "former_until": until.isoformat()})
    return MadeHook(await hooks.get(work.db, work.scope, id), secret)


async def end_hook(work: Work, id: UUID) -> Hook:
    """End an endpoint: what waits for it is given up. Raises Missing, WrongState."""
    work.require("hook.manage")
    hook = await hooks.get(work.db, work.scope, id, hold=True)
    await hooks.end(work.db, work.scope, id, by=work.principal.subject, at=work.now)
    await _note(work, hook, {"ended": False}, {"ended": True})
    return hook


async def hook_log(
    work: Work,
    *,
    state: HookState | None = None,
    after: tuple[datetime, UUID] | None = None,
    limit: int = 100,
) -> tuple[HookDelivery, ...]:
    """What was told and what came of it, the latest first."""
    work.require("hook.read")
    return await hooks.deliveries(work.db, work.scope, state=state, after=after, limit=limit)


async def try_hook(work: Work, id: UUID) -> UUID:
    """Order a test event; the delivery's id. Raises Missing; WrongState: the endpoint is over."""
    work.require("hook.send")
    hook = await hooks.get(work.db, work.scope, id, hold=True)
    if hook.ended_at is not None:
        raise WrongState("ended", wanted="open")
    if hook.gone_at is not None:  # whoever tests it says that it is there again
        await hooks.gone(work.db, work.scope, id, None)
    made = await tell_test(work, hook)
    await journal.note(
        work.db, work.scope, actor=work.principal, action="hook.send", target=f"hook/{hook.bureau}/{id}",
        before={"gone": hook.gone_at is not None}, after={"test": str(made)}, at=work.now,
    )  # fmt: skip
    return made


async def tell_again(work: Work, id: UUID) -> HookDelivery:
    """Tell a delivery anew, with its id. Raises Missing; WrongState: it waits already."""
    work.require("hook.send")
    former = await hooks.delivery(work.db, work.scope, id)
    await hooks.again(work.db, work.scope, id)
    await order(work, SEND, {"delivery": str(id)})
    await journal.note(
        work.db, work.scope, actor=work.principal, action="hook.send",
        target=f"hook-delivery/{former.bureau}/{id}", before={"state": former.state},
        after={"state": "waiting"}, at=work.now,
    )  # fmt: skip
    return await hooks.delivery(work.db, work.scope, id)


def _address(url: str) -> tuple[str, int, bool]:
    """Host, port, and whether it is encrypted: without, only where the operator allows the server so."""
    try:
        parts = urlsplit(url.strip())
        host, port, encrypted = parts.hostname or "", parts.port, parts.scheme == "https"
    except ValueError:
        host, port, encrypted, parts = "", None, False, urlsplit("")
    odd = not host or parts.username or parts.fragment or "\x00" in url or len(url) > LONGEST_URL
    if odd or parts.scheme not in ("https", "http"):
        raise HookRefused(url[:40], need=f"https 地址，不含账号，不超过 {LONGEST_URL} 个字符")
    return host, port or (443 if encrypted else 80), encrypted


async def _note(work: Work, hook: Hook, before: dict[str, object] | None, after: dict[str, object]) -> None:
    """Which server and which events; never the secret, and not the path, which may hold one."""
    await journal.note(
        work.db,
        work.scope,
        actor=work.principal,
        action="hook.manage",
        target=f"hook/{hook.bureau}/{hook.id}",
        before=before or {},
        after=after,
        at=work.now,
    )
