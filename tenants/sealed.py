"""The one place that opens sealed lists: the read is journalled first, in the same transaction.

The data key is fetched before that: the journal's lock must not be held while a key server answers.
Somebody who looks under a break-glass request is refused before anything is fetched, whoever asks for them.
"""

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy.ext.asyncio import AsyncConnection

from policies.access_glass import GlassSealed, looking
from policies.errors import Missing
from policies.terms import Principal
from tenants.journal import note
from tenants.key_checks import CheckedKeys
from tenants.locks import share, try_hold
from tenants.rows import ChangeProposal
from tenants.scope import Scope
from tenants.sealing import (
    KeyProvider,
    blocks_of,
    change_row,
    commit_row,
    event_row,
    length_of,
    new_data_key,
    part_row,
    rewrite_row,
    seal,
    task_row,
    unseal,
)
from tenants.stores import changes, commits, draws, events, rewrites, sealed, tasks

KEYS = ("keys",)  # begin of the lock's name, its bureau follows
# Data keys of the running transactions: a key server is asked once a draw and transaction, and nothing of it
# outlives the transaction.
_held: WeakKeyDictionary[Any, dict[tuple[str, bytes], bytes]] = WeakKeyDictionary()


async def make_key(db: AsyncConnection, scope: Scope, keys: KeyProvider) -> tuple[bytes, bytes]:
    """A fresh data key for one own draw: (data key, the same wrapped with the bureau's key).

    Raises:
        WrongKey: the key that is there is not the bureau's; nothing may be sealed by it.
    """
    key = new_data_key()
    return key, await CheckedKeys(db, scope, keys).wrap(scope.bureau, key)


async def share_keys(db: AsyncConnection, bureau: str) -> None:
    """Called before a data key is wrapped: until this transaction ends no key of the bureau is dropped.

    What an open transaction has wrapped nobody else sees; dropped meanwhile, the key would be lost to it.
    """
    await share(db, *KEYS, bureau)


async def alone_with_keys(db: AsyncConnection, bureau: str) -> bool:
    """Hold the bureau's keys alone until the transaction ends, unless somebody wraps now; never waits."""
    return await try_hold(db, *KEYS, bureau)


async def data_key(db: AsyncConnection, scope: Scope, keys: KeyProvider, draw_no: int) -> bytes:
    """The data key of an own draw, made and kept at first use; for sealing new rows."""
    refuse_looking(scope)
    draw = await draws.get(db, scope, scope.bureau, draw_no)
    if draw.wrapped_key is not None:
        return await _unwrapped(db, scope, keys, scope.bureau, draw.wrapped_key)
    await share_keys(db, scope.bureau)
    key, wrapped = await make_key(db, scope, keys)
    await draws.keep_key(db, scope, draw_no, wrapped)
    return key


async def keep_part(
    db: AsyncConnection, scope: Scope, keys: KeyProvider, draw_no: int, part: str, plaintext: bytes
) -> None:
    """Seal and keep a part of an own draw."""
    key = await data_key(db, scope, keys, draw_no)
    blob = seal(key, plaintext, bureau=scope.bureau, draw_no=draw_no, row=part_row(part))
    await sealed.put(db, scope, draw_no, part, blob)


async def keep_tasks(
    db: AsyncConnection,
    scope: Scope,
    keys: KeyProvider,
    draw_no: int,
    payloads: Sequence[tuple[int, bytes]],
) -> int:
    """Seal and keep drawn visits given as (slot, plaintext); all blobs of a draw have one length."""
    key = await data_key(db, scope, keys, draw_no)
    blocks = max((blocks_of(plain) for _, plain in payloads), default=1)
    fit = partial(seal, key, bureau=scope.bureau, draw_no=draw_no, blocks=blocks)
    rows = [(slot, fit(plain, row=task_row(slot))) for slot, plain in payloads]
    return await tasks.keep(db, scope, draw_no, rows)


async def add_task(
    db: AsyncConnection,
    scope: Scope,
    keys: KeyProvider,
    draw_no: int,
    payload: bytes,
    *,
    drawn_by: str,
) -> int:
    """Seal and keep one more visit, of the length of the others; returns its slot, the next free one."""
    key = await data_key(db, scope, keys, draw_no)
    slot, length = await tasks.shape(db, scope, scope.bureau, draw_no)
    fit = partial(seal, key, bureau=scope.bureau, draw_no=draw_no, blocks=length_of(length))
    blob = fit(payload, row=task_row(slot))
    await tasks.keep(db, scope, draw_no, [(slot, blob)], drawn_by=drawn_by)
    return slot


async def rewrite_task(
    db: AsyncConnection, scope: Scope, keys: KeyProvider, draw_no: int, slot: int, n: int, payload: bytes
) -> None:
    """Seal and keep what an own visit is since event `n`; the payload before it stays."""
    key = await data_key(db, scope, keys, draw_no)
    _, length = await tasks.shape(db, scope, scope.bureau, draw_no)
    fit = partial(seal, key, bureau=scope.bureau, draw_no=draw_no, blocks=length_of(length))
    await rewrites.keep(db, scope, draw_no, slot, n, fit(payload, row=rewrite_row(slot, n)))


async def keep_change(
    db: AsyncConnection,
    scope: Scope,
    keys: KeyProvider,
    draw_no: int,
    plaintext: bytes,
    base: int,
    at: datetime,
) -> ChangeProposal:
    """Seal and keep a proposed change of the list."""
    key = await data_key(db, scope, keys, draw_no)
    n = await changes.next_n(db, scope, draw_no)
    blob = seal(key, plaintext, bureau=scope.bureau, draw_no=draw_no, row=change_row(n))
    return await changes.keep(db, scope, draw_no, n, blob, base, at)


async def keep_reveal(
    db: AsyncConnection, scope: Scope, keys: KeyProvider, draw_no: int, role: str, secret: bytes
) -> None:
    """Seal and keep a secret handed over after the beacon."""
    key = await data_key(db, scope, keys, draw_no)
    blob = seal(key, secret, bureau=scope.bureau, draw_no=draw_no, row=commit_row(role))
    await commits.reveal(db, scope, draw_no, role, blob)


async def keep_event(
    db: AsyncConnection, scope: Scope, keys: KeyProvider, draw_no: int, plaintext: bytes, h: str, at: datetime
) -> int:
    """Seal and keep a change of the list; returns its number."""
    key = await data_key(db, scope, keys, draw_no)
    n = await events.next_n(db, scope, draw_no)
    blob = seal(key, plaintext, bureau=scope.bureau, draw_no=draw_no, row=event_row(n))
    await events.keep(db, scope, draw_no, n, blob, h, at)
    return n


async def open_part(
    db: AsyncConnection,
    scope: Scope,
    keys: KeyProvider,
    bureau: str,
    draw_no: int,
    part: str,
    *,
    actor: Principal,
    why: str,
    at: datetime,
) -> bytes:
    """Open a sealed part; the reader's bureau journals it. Raises Missing, SealBroken or NoKey."""
    refuse_looking(scope, actor)
    key = await _key(db, scope, keys, bureau, draw_no)
    await _note(db, scope, f"draw {bureau}/{draw_no} {part_row(part)}", actor, why, at)
    blob = await sealed.get(db, scope, bureau, draw_no, part)
    return unseal(key, blob, bureau=bureau, draw_no=draw_no, row=part_row(part))


async def open_tasks(
    db: AsyncConnection,
    scope: Scope,
    keys: KeyProvider,
    bureau: str,
    draw_no: int,
    slots: Sequence[int] | None,
    *,
    actor: Principal,
    why: str,
    at: datetime,
) -> list[tuple[int, bytes]]:
    """Open visits (all of the draw when `slots` is None) as they stand; journalled once, with the slots."""
    refuse_looking(scope, actor)
    blobs = await tasks.blobs(db, scope, bureau, draw_no, slots)
    named = ",".join(str(slot) for slot, _ in blobs)
    key = await _key(db, scope, keys, bureau, draw_no)
    await _note(db, scope, f"draw {bureau}/{draw_no} task/{named}", actor, why, at)
    anew = await rewrites.latest(db, scope, bureau, draw_no, slots)
    opened = []
    for slot, first in blobs:
        row, blob = task_row(slot), first
        if slot in anew:
            n, blob = anew[slot]
            row = rewrite_row(slot, n)
        opened.append((slot, unseal(key, blob, bureau=bureau, draw_no=draw_no, row=row)))
    return opened


async def open_reveal(
    db: AsyncConnection,
    scope: Scope,
    keys: KeyProvider,
    bureau: str,
    draw_no: int,
    role: str,
    *,
    actor: Principal,
    why: str,
    at: datetime,
) -> bytes:
    """Open a secret handed over after the beacon. Raises Missing before it is handed over."""
    refuse_looking(scope, actor)
    key = await _key(db, scope, keys, bureau, draw_no)
    await _note(db, scope, f"draw {bureau}/{draw_no} {commit_row(role)}", actor, why, at)
    for commit in await commits.of_draw(db, scope, bureau, draw_no):
        if commit.role == role and commit.revealed is not None:
            return unseal(key, commit.revealed, bureau=bureau, draw_no=draw_no, row=commit_row(role))
    raise Missing(role, what="密钥份额")


async def open_events(
    db: AsyncConnection,
    scope: Scope,
    keys: KeyProvider,
    bureau: str,
    draw_no: int,
    *,
    actor: Principal,
    why: str,
    at: datetime,
) -> list[bytes]:
    """Open the changes of a drawn list, in order."""
    refuse_looking(scope, actor)
    found = await events.of_draw(db, scope, bureau, draw_no)
    if not found:
        return []
    key = await _key(db, scope, keys, bureau, draw_no)
    await _note(db, scope, f"draw {bureau}/{draw_no} event/1-{len(found)}", actor, why, at)
    return [unseal(key, e.blob, bureau=bureau, draw_no=draw_no, row=event_row(e.n)) for e in found]


async def open_changes(
    db: AsyncConnection,
    scope: Scope,
    keys: KeyProvider,
    proposals: Sequence[ChangeProposal],
    *,
    actor: Principal,
    why: str,
    at: datetime,
) -> list[bytes]:
    """Open proposed changes of one draw, in the order given; journalled once, with their numbers."""
    refuse_looking(scope, actor)
    if not proposals:
        return []
    bureau, draw_no = proposals[0].bureau, proposals[0].draw_no
    named = ",".join(str(one.n) for one in proposals)
    key = await _key(db, scope, keys, bureau, draw_no)
    await _note(db, scope, f"draw {bureau}/{draw_no} change/{named}", actor, why, at)
    look = partial(unseal, key, bureau=bureau, draw_no=draw_no)
    return [look(one.blob, row=change_row(one.n)) for one in proposals]


def refuse_looking(scope: Scope, actor: Principal | None = None) -> None:
    """Keep everything sealed from break-glass access, by its scope and by its person.

    Raises:
        GlassSealed: either says that somebody looks under such a request.
    """
    if scope.glass or (actor is not None and looking(actor)):
        raise GlassSealed


async def _key(db: AsyncConnection, scope: Scope, keys: KeyProvider, bureau: str, draw_no: int) -> bytes:
    draw = await draws.get(db, scope, bureau, draw_no)
    if draw.wrapped_key is None:
        raise Missing(draw_no, what="密封内容")
    return await _unwrapped(db, scope, keys, bureau, draw.wrapped_key)


async def _unwrapped(
    db: AsyncConnection, scope: Scope, keys: KeyProvider, bureau: str, wrapped: bytes
) -> bytes:
    checked = CheckedKeys(db, scope, keys)
    transaction = db.sync_connection and db.sync_connection.get_transaction()
    if transaction is None:
        return await checked.unwrap(bureau, wrapped)
    held = _held.setdefault(transaction, {})
    if (bureau, wrapped) not in held:
        held[bureau, wrapped] = await checked.unwrap(bureau, wrapped)
    return held[bureau, wrapped]


async def _note(
    db: AsyncConnection, scope: Scope, target: str, actor: Principal, why: str, at: datetime
) -> None:
    await note(db, scope, actor=actor, action="sealed.read", target=target, why=why, at=at)
