"""Wrap data keys anew: after a rotation, or when another provider keeps the bureaus' keys.

What is sealed is not touched, only the wrapping of its data key. One transaction a draw: a run that was cut
off goes on where it stopped. The old wrapping is replaced only after the new one was opened again and gave
the same key. Basis: our own design.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from policies.terms import Principal
from services.drawing import pseudonyms
from services.work import App, Work
from tenants import journal
from tenants.databases import Databases
from tenants.errors import SealBroken
from tenants.in_doubt import Settled
from tenants.sealing import LocalFileKeys, provider_of
from tenants.stores import rewraps

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
        SealBroken: a wrapped key does not open, or its new wrapping gives another key; it stays as it was.
    """
    who = operator(bureau)
    async with app.work(who) as work:
        work.require("keys.rewrap")
        numbers = [no for no, _ in await rewraps.wrapped(work.db, work.scope, bureau)]
    done = 0
    for place, draw_no in enumerate(numbers, 1):
        async with app.work(who) as work:
            done += await _rewrap_draw(work, draw_no)
        told(bureau, place, len(numbers) + 1)
    async with app.work(who) as work:
        done += await _rewrap_pseudonyms(work)
    told(bureau, len(numbers) + 1, len(numbers) + 1)
    return Rewrapped(bureau, done, len(numbers) + 1 - done)


async def key_status(app: App, bureau: str) -> KeyStatus:
    """Where a bureau's wrapped keys stand; no key is opened for it."""
    async with app.work(operator(bureau)) as work:
        work.require("keys.rewrap")
        blobs = [blob for _, blob in await rewraps.wrapped(work.db, work.scope, bureau)]
    kinds = [provider_of(blob) for blob in blobs]
    stale = 0
    for blob in blobs:
        stale += not await app.keys.fresh(bureau, blob)
    counted = {kind: kinds.count(kind) for kind in sorted({*kinds})}
    return KeyStatus(bureau, app.keys.kind, counted, stale)


async def rotate_bureau(app: App, bureau: str) -> bool:
    """A new key of the local provider; False when the one before still waits for `rewrap`.

    A key server rotates by its own command.
    """
    keys = LocalFileKeys(app.home.keys)
    async with app.work(operator(bureau)) as work:
        work.require("keys.rewrap")
        made = keys.rotate(bureau)
        await _note(work, "keys", {"rotated": made})
    return made


async def retire_bureau(app: App, bureau: str) -> bool:
    """Drop the local key from before a rotation, when nothing is wrapped by it any more. True when done.

    Draws and pseudonyms count, and a transaction left in doubt may hold a key that no one sees yet. The
    journal speaks first and is safe before the file goes: a crash between leaves a key too many, not one
    too few.
    """
    keys = LocalFileKeys(app.home.keys)
    if await _in_doubt(app) or not keys.waiting(bureau) or (await key_status(app, bureau)).stale:
        return False
    if await pseudonyms.stale(app.keys, app.home.keys, bureau):
        return False
    async with app.work(operator(bureau)) as work:
        await _note(work, "keys", {"former_key_dropped": True})
    return keys.retire(bureau)


async def _in_doubt(app: App) -> bool:
    if not isinstance(app.database, Databases):
        return False
    found = (await app.database.look_after()).values()
    return any(not isinstance(one, Settled) or one.open for one in found)


async def _rewrap_draw(work: Work, draw_no: int) -> bool:
    bureau, keys = work.scope.bureau, work.app.keys
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
    await _note(work, f"pseudonyms/{bureau}", {"provider": work.app.keys.kind})
    return await pseudonyms.rewrap(work.app.keys, work.app.home.keys, bureau)


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
