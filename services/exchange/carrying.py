"""The worker hands files over: the other side is asked first whenever it may hold the file already.

Talking stands between two short transactions. The key never changes, so a file sent twice is one file to a
system that keeps to what was agreed upon; one that does not is found out by its answers, or at night.
"""

import asyncio
import re
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from policies.errors import Problem
from services.connectors import profiles
from services.exchange.errors import (
    ConnectionOver,
    NeverHandedOver,
    ReceiptUnknown,
    SystemDiffers,
    SystemRefused,
)
from services.exchange.opening import fitted, remote_of
from services.exchange.remote import Held, Parcel, Remote
from services.jobs.backoff import given_up
from services.jobs.orders import system_of
from services.logs import say
from services.metrics import REGISTRY
from services.work import App
from tenants import journal
from tenants.exchange_rows import Connection, Delivery, DeliveryState
from tenants.journal import Head
from tenants.records import OutboxItem, Upload
from tenants.scope import Scope
from tenants.stores import connections, deliveries, uploads

SEND = "exchange.send"
ABREAST = 4  # files handed to the other side at once


@dataclass(frozen=True, slots=True)
class Loaded:
    """A delivery with everything it needs."""

    delivery: Delivery
    upload: Upload
    connection: Connection
    remote: Remote
    parcel: Parcel
    system: str


@dataclass(frozen=True, slots=True)
class Talked:
    """What the other side said, and what it comes to."""

    loaded: Loaded
    held: Held | None
    state: DeliveryState


def key_of(upload: Upload) -> str:
    """The key a file has at the other side."""
    return f"{upload.bureau}-{upload.id}"


async def hand_over(app: App, item: OutboxItem) -> None:
    """Carry out one order. Raises as `hand_over_all`."""
    failed = (await hand_over_all(app, [item]))[item.id]
    if failed is not None:
        raise failed


async def hand_over_all(app: App, items: Sequence[OutboxItem]) -> dict[UUID, Problem | None]:
    """Carry out orders of one bureau side by side: read together, handed over at once, noted together.

    Returns:
        Order → None, or why it failed, was noted, and is to be tried again.
    """
    if not items:
        return {}
    scope = Scope.own(items[0].bureau, "system")
    loaded = await _load(app, scope, items)
    lanes = asyncio.Semaphore(ABREAST)

    async def talk(item: OutboxItem) -> Talked | Problem:
        found = loaded[item.id]
        if not isinstance(found, Loaded):
            return found
        async with lanes:
            try:
                held = await _given(found, again=item.tries > 1 or found.delivery.tries > 0)
                return Talked(found, held, _judged(found, held))
            except Problem as problem:
                return problem

    open_ = [item for item in items if item.id in loaded]
    said = dict(zip((item.id for item in open_), await asyncio.gather(*map(talk, open_)), strict=True))
    failed: dict[UUID, Problem | None] = dict.fromkeys((item.id for item in items), None)
    settled = [one for one in said.values() if isinstance(one, Talked)]
    try:
        await _settle(app, scope, settled)
    except Problem:  # one of them was settled by hand meanwhile: each by itself
        for id, one in said.items():
            try:
                await _settle(app, scope, [one] if isinstance(one, Talked) else [])
            except Problem as problem:
                failed[id] = problem
    for item in open_:
        answer = said[item.id]
        if isinstance(answer, Problem):
            failed[item.id] = await _stopped(app, scope, item, answer)
    return failed


async def _stopped(app: App, scope: Scope, item: OutboxItem, problem: Problem) -> Problem | None:
    """Note a failure; None when it is the last one of this order."""
    over = isinstance(problem, NeverHandedOver) or given_up(item.tries)
    refused = isinstance(problem, SystemRefused | SystemDiffers | ReceiptUnknown)
    async with app.database.unit(scope) as db:
        delivery = await deliveries.get(db, scope, UUID(item.payload["upload"]))
    if delivery.state not in deliveries.OPEN:
        return None
    state: DeliveryState = "refused" if refused else "dead" if over else delivery.state
    await _note(app, scope, delivery, state, problem.code)
    return None if over else problem


async def _load(app: App, scope: Scope, items: Sequence[OutboxItem]) -> dict[UUID, Loaded | Problem]:
    """Order → everything of its file, or what is wrong with it; nothing of one that is settled."""
    wanted = {UUID(item.payload["upload"]): item.id for item in items}
    found: dict[UUID, Loaded | Problem] = {}
    remotes: dict[UUID, tuple[Connection, Remote] | Problem] = {}
    async with app.database.unit(scope) as db:
        rows = [one for one in await deliveries.some(db, scope, [*wanted]) if one.state in deliveries.OPEN]
        ids = [one.upload_id for one in rows]
        made = {one.id: one for one in await uploads.some(db, scope, scope.bureau, ids)}
        files = await uploads.files_of(db, scope, scope.bureau, ids)
        for row in rows:
            if row.connection_id not in remotes:
                remotes[row.connection_id] = await _remote(app, db, scope, row.connection_id)
            by = remotes[row.connection_id]
            if isinstance(by, Problem):
                found[wanted[row.upload_id]] = by
                continue
            upload, (connection, remote) = made[row.upload_id], by
            data = files[upload.id]
            parcel = Parcel(key_of(upload), upload.file_name, upload.sha256, upload.count, data)
            system = profiles()[connection.profile].target
            found[wanted[upload.id]] = Loaded(row, upload, connection, remote, parcel, system)
    return found


async def _remote(
    app: App, db: AsyncConnection, scope: Scope, id: UUID
) -> tuple[Connection, Remote] | Problem:
    try:
        connection = await connections.get(db, scope, id)
        if connection.ended_at is not None:
            return ConnectionOver("—")
        return connection, await remote_of(app, db, scope, connection)
    except Problem as problem:
        return problem


async def _given(loaded: Loaded, *, again: bool) -> Held | None:
    """Hand over what is not held yet. A second try asks before it sends, also one a person asked for.

    What was refused and is sent anew goes out again, whatever is still said of the first time.
    """
    held = await loaded.remote.ask(loaded.parcel.key) if again else None
    anew = held is not None and held.refused and loaded.delivery.last_error == SystemRefused.__name__
    if held is not None and not anew:
        return held
    return await loaded.remote.give(loaded.parcel)


def _judged(loaded: Loaded, held: Held | None) -> DeliveryState:
    """What the answer means. Raises SystemRefused, SystemDiffers, ReceiptUnknown."""
    if held is None:
        return "sent"
    upload, system = loaded.upload, loaded.system
    if held.refused:
        raise SystemRefused("refused", system=system)
    if held.sha256 not in (None, upload.sha256) or held.count not in (None, upload.count):
        got = f"{held.count} {held.sha256}"[:90]
        raise SystemDiffers(got, system=system, sha256=upload.sha256, count=upload.count)
    if not held.receipt:
        return "sent"
    pattern = fitted(profiles()[loaded.connection.profile], loaded.connection.settings).receipt
    if not re.fullmatch(pattern, held.receipt):
        raise ReceiptUnknown(held.receipt[:60], pattern=pattern)
    if upload.receipt not in (None, held.receipt):
        raise ReceiptUnknown(held.receipt[:60], pattern=upload.receipt or "")
    return "received"


async def _settle(app: App, scope: Scope, settled: Sequence[Talked]) -> None:
    """Receipts, states and journal stand in one transaction. Raises WrongState: one is settled already."""
    if not settled:
        return
    at, received = app.clock.now(), [one for one in settled if one.state == "received"]
    actor = system_of(scope.bureau)
    who = {"at": at, "actor": actor.subject, "actor_name": actor.name, "action": SEND, "why": ""}
    async with app.database.unit(scope) as db:
        await deliveries.received(db, scope, [one.loaded.upload.id for one in received], at)
        for one in settled:
            if one.state != "received":
                await deliveries.tried(db, scope, one.loaded.upload.id, one.state, at)
        head = (await journal.heads(db, scope, [scope.bureau]))[scope.bureau] if received else Head()
        for one in received:
            upload, receipt = one.loaded.upload, one.held.receipt if one.held else ""
            if upload.receipt is None:
                await uploads.receive(db, scope, upload.id, receipt, at)
            head = await journal.follow(
                db,
                scope,
                head,
                who
                | {
                    "target": f"upload/{upload.bureau}/{upload.id}",
                    "before": {"receipt": upload.receipt},
                    "after": {"receipt": receipt, "profile": upload.profile},
                },
            )
    for one in settled:
        REGISTRY.count("shuangsui_deliveries_total", scope.bureau, outcome=one.state)


async def _note(app: App, scope: Scope, delivery: Delivery, state: DeliveryState, error: str) -> None:
    async with app.database.unit(scope) as db:
        await deliveries.tried(db, scope, delivery.upload_id, state, app.clock.now(), error)
    outcome = state if state in deliveries.SETTLED else "failed"
    REGISTRY.count("shuangsui_deliveries_total", scope.bureau, outcome=outcome)
    if state in deliveries.SETTLED:
        say("delivery.stopped", bureau=scope.bureau, level="warning", problem=error)
        REGISTRY.count("shuangsui_alarms_total", scope.bureau, what="exchange")
