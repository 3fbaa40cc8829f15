"""Wrap data keys anew: after a rotation, or when another provider keeps the bureaus' keys.

What is sealed is not touched, only the wrapping of its data key. One transaction a draw: a run that was cut
off goes on where it stopped. The old wrapping is replaced only after the new one was opened again and gave
the same key. Basis: our own design.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from policies.terms import Principal
from services.clock import CHINA
from services.drawing import pseudonyms
from services.work import App, Work
from tenants import journal, sealed
from tenants.databases import Databases
from tenants.errors import SealBroken
from tenants.file_keys import LocalFileKeys
from tenants.in_doubt import Settled
from tenants.key_checks import CheckedKeys
from tenants.sealing import provider_of
from tenants.stores import journal_pages, notify_channels, rewraps

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Rewrapped:
    """What became of a bureau's keys: wrapped anew, and under the present key already."""

    bureau: str
    done: int
    before: int

    def as_dict(self) -> dict[str, Any]:
        """JSON form."""
        return {"bureau": self.bureau, "rewrapped": self.done, "fresh_before": self.before}


Why = Literal["dropped", "none", "stale", "kept", "busy", "in_doubt"]


@dataclass(frozen=True, slots=True)
class Retired:
    """What became of the key from before a rotation.

    Attributes:
        why: "dropped"; there is "none"; or it stays: some keys are not wrapped anew yet ("stale"), the days
            for old backups are not over ("kept"), somebody wraps a key this moment ("busy"), or a database
            has transactions whose end is not known, or does not answer ("in_doubt").
        until: the day from which it may go, when it is kept for its days.
    """

    bureau: str
    why: Why
    until: date | None = None

    @property
    def dropped(self) -> bool:
        """Whether it is gone now."""
        return self.why == "dropped"

    def as_dict(self) -> dict[str, Any]:
        """JSON form."""
        until = self.until.isoformat() if self.until else None
        return {"bureau": self.bureau, "former_key_dropped": self.dropped, "why": self.why, "until": until}


@dataclass(frozen=True, slots=True)
class KeyStatus:
    """How many wrapped keys of a bureau are with which provider; `stale` wait to be wrapped anew."""

    bureau: str
    present: str
    by_provider: dict[str, int]
    stale: int

    def as_dict(self) -> dict[str, Any]:
        """JSON form."""
        return {
            "bureau": self.bureau,
            "present": self.present,
            "by_provider": self.by_provider,
            "stale": self.stale,
        }


def operator(bureau: str) -> Principal:
    """Who runs commands on the server's console, as the journal names it."""
    return Principal("system", "系统（运维命令行）", bureau, frozenset({"system"}))


async def rewrap_bureau(app: App, bureau: str, told: Progress = lambda *_: None) -> Rewrapped:
    """Wrap every data key of a bureau by the present key of the present provider.

    Args:
        told: receives (bureau, keys looked at, keys in all).

    Raises:
        KeysUnavailable, KeysRefused, NoKey, OtherProvider: a provider; what was done stays done.
        WrongKey: the present key is not the bureau's; nothing is wrapped by it.
        SealBroken: a wrapped key does not open, or its new wrapping gives another key; it stays as it was.
    """
    who = operator(bureau)
    async with app.work(who) as work:
        work.require("keys.rewrap")
        numbers = [no for no, _ in await rewraps.wrapped(work.db, work.scope, bureau)]
        notify = await notify_channels.wrapped(work.db, work.scope) is not None
    done, whole = 0, len(numbers) + 1 + notify
    for place, draw_no in enumerate(numbers, 1):
        async with app.work(who) as work:
            done += await _rewrap_draw(work, draw_no)
        told(bureau, place, whole)
    async with app.work(who) as work:
        done += await _rewrap_pseudonyms(work)
    if notify:
        async with app.work(who) as work:
            done += await _rewrap_notify(work)
    told(bureau, whole, whole)
    return Rewrapped(bureau, done, whole - done)


async def key_status(app: App, bureau: str) -> KeyStatus:
    """Where a bureau's wrapped keys stand; no key is opened for it."""
    async with app.work(operator(bureau)) as work:
        work.require("keys.rewrap")
        blobs = [blob for _, blob in await rewraps.wrapped(work.db, work.scope, bureau)]
        if (notify := await notify_channels.wrapped(work.db, work.scope)) is not None:
            blobs.append(notify)
    kinds = [provider_of(blob) for blob in blobs]
    stale = 0
    for blob in blobs:
        stale += not await app.keys.fresh(bureau, blob)
    counted = {kind: kinds.count(kind) for kind in sorted({*kinds})}
    return KeyStatus(bureau, app.keys.kind, counted, stale)


async def rotate_bureau(app: App, bureau: str) -> bool:
    """A new key of the local provider; False when the one before still waits for `rewrap`.

    A key server rotates by its own command.

    Raises:
        WrongKey, NoKey, BadKey: the key that is there is not the bureau's; none follows it.
    """
    keys = LocalFileKeys(app.home.keys)
    async with app.work(operator(bureau)) as work:
        work.require("keys.rewrap")
        checked = CheckedKeys(work.db, work.scope, keys)
        await checked.make(bureau)
        await checked.check(bureau)
        made = keys.rotate(bureau)
        await checked.check(bureau)
        await _note(work, "keys", {"rotated": made})
    return made


async def retire_bureau(app: App, bureau: str) -> Retired:
    """Drop the local key from before a rotation, when nothing needs it any more.

    Draws and pseudonyms count; a transaction left in doubt, or under way, may hold a key that no one sees
    yet; and a backup from before the rewrap opens with the former key only, so it stays for some days
    (KEYS_KEEP_DAYS). The journal speaks first and is safe before the file goes: a crash between leaves a key
    too many, not one too few.
    """
    keys = LocalFileKeys(app.home.keys)
    async with app.work(operator(bureau)) as work:
        work.require("keys.rewrap")
    if not keys.waiting(bureau):
        return Retired(bureau, "none")
    if await _in_doubt(app):
        return Retired(bureau, "in_doubt")
    async with app.work(operator(bureau)) as work:
        await journal.hold_chain(work.db, work.scope)  # first, so that nobody waits in a circle
        found = await _needed(work)
        if found.why == "dropped":
            await CheckedKeys(work.db, work.scope, keys).drop_others(bureau)
            await _note(work, "keys", {"former_key_dropped": True})
    if found.why == "dropped":
        keys.retire(bureau)
    return found


async def _needed(work: Work) -> Retired:
    """What still needs the former key; "dropped" when nothing does, and until the unit ends nothing will."""
    bureau, keys = work.scope.bureau, work.app.keys
    if not await sealed.alone_with_keys(work.db, bureau):
        return Retired(bureau, "busy")
    for _, blob in await rewraps.wrapped(work.db, work.scope, bureau):
        if not await keys.fresh(bureau, blob):
            return Retired(bureau, "stale")
    if await pseudonyms.stale(keys, work.app.home.keys, bureau):
        return Retired(bureau, "stale")
    notify = await notify_channels.wrapped(work.db, work.scope)
    if notify is not None and not await keys.fresh(bureau, notify):
        return Retired(bureau, "stale")
    last = await journal_pages.newest(work.db, work.scope, bureau, action="keys.rewrap", limit=1)
    until = last[0].at + timedelta(days=work.app.settings.keys_keep_days) if last else work.now
    if work.now < until:
        return Retired(bureau, "kept", until.astimezone(CHINA).date())
    return Retired(bureau, "dropped")


async def _in_doubt(app: App) -> bool:
    if not isinstance(app.database, Databases):
        return False
    found = (await app.database.look_after()).values()
    return any(not isinstance(one, Settled) or one.open for one in found)


async def _rewrap_draw(work: Work, draw_no: int) -> bool:
    bureau, keys = work.scope.bureau, CheckedKeys(work.db, work.scope, work.app.keys)
    await sealed.share_keys(work.db, bureau)
    old = dict(await rewraps.wrapped(work.db, work.scope, bureau))[draw_no]
    if await keys.fresh(bureau, old):
        return False
    key = await keys.unwrap(bureau, old)
    new = await keys.wrap(bureau, key)
    if await keys.unwrap(bureau, new) != key:
        raise SealBroken(f"{bureau}/{draw_no}")
    made = await rewraps.replace(work.db, work.scope, draw_no, old, new, provider=keys.kind, at=work.now)
    await _note(
        work, f"draw/{bureau}/{draw_no}", {"wrapped": made.after, "provider": made.provider}, made.before
    )
    return True


async def _rewrap_pseudonyms(work: Work) -> bool:
    bureau = work.scope.bureau
    if not await pseudonyms.stale(work.app.keys, work.app.home.keys, bureau):
        return False
    await sealed.share_keys(work.db, bureau)
    await _note(work, f"pseudonyms/{bureau}", {"provider": work.app.keys.kind})
    keys = CheckedKeys(work.db, work.scope, work.app.keys)
    return await pseudonyms.rewrap(keys, work.app.home.keys, bureau)


async def _rewrap_notify(work: Work) -> bool:
    """The key behind channels and addresses: one a bureau, where it has any."""
    bureau, keys = work.scope.bureau, CheckedKeys(work.db, work.scope, work.app.keys)
    await sealed.share_keys(work.db, bureau)
    old = await notify_channels.wrapped(work.db, work.scope)
    if old is None or await keys.fresh(bureau, old):
        return False
    key = await keys.unwrap(bureau, old)
    new = await keys.wrap(bureau, key)
    if await keys.unwrap(bureau, new) != key:
        raise SealBroken(f"{bureau}/notify")
    await notify_channels.rewrap(work.db, work.scope, old, new)
    await _note(work, f"notify/{bureau}", {"provider": keys.kind}, provider_of(old))
    return True


async def _note(work: Work, target: str, after: dict[str, Any], before: str = "") -> None:
    await journal.note(
        work.db,
        work.scope,
        actor=work.principal,
        action="keys.rewrap",
        target=target,
        before={"wrapped": before} if before else None,
        after=after,
        at=work.now,
    )
