"""The worker hands one file over: the other side is asked first whenever it may hold the file already.

Talking stands between two short transactions. The key never changes, so a file sent twice is one file to a
system that keeps to what was agreed upon; one that does not is found out by its answers, or at night.
"""

import re
from dataclasses import dataclass
from uuid import UUID

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
from tenants.records import OutboxItem, Upload
from tenants.scope import Scope
from tenants.stores import connections, deliveries, uploads

SEND = "exchange.send"


@dataclass(frozen=True, slots=True)
class Loaded:
    """A delivery with everything it needs."""

    delivery: Delivery
    upload: Upload
    connection: Connection
    remote: Remote
    parcel: Parcel
    system: str


def key_of(upload: Upload) -> str:
    """The key a file has at the other side."""
    return f"{upload.bureau}-{upload.id}"


async def hand_over(app: App, item: OutboxItem) -> None:
    """Carry out one order.

    Raises:
        NotHandedOver: it failed, was noted, and is to be tried again.
    """
    scope, id = Scope.own(item.bureau, "system"), UUID(item.payload["upload"])
    async with app.database.unit(scope) as db:
        delivery = await deliveries.get(db, scope, id)
    if delivery.state not in deliveries.OPEN:
        return
    try:
        loaded = await _load(app, scope, delivery)
        held = await _given(loaded, again=item.tries > 1 or delivery.tries > 0)
        state = _judged(loaded, held)
    except Problem as problem:
        over = isinstance(problem, NeverHandedOver) or given_up(item.tries)
        refused = isinstance(problem, SystemRefused | SystemDiffers | ReceiptUnknown)
        settled: DeliveryState = "refused" if refused else "dead" if over else delivery.state
        await _note(app, scope, delivery, settled, problem.code)
        if not over:
            raise
        return
    await _settle(app, scope, loaded, state, held)


async def _load(app: App, scope: Scope, delivery: Delivery) -> Loaded:
    async with app.database.unit(scope) as db:
        connection = await connections.get(db, scope, delivery.connection_id)
        if connection.ended_at is not None:
            raise ConnectionOver("—")
        upload = await uploads.get(db, scope, delivery.bureau, delivery.upload_id)
        data = await uploads.file_of(db, scope, delivery.bureau, upload.id)
        remote = await remote_of(app, db, scope, connection)
    parcel = Parcel(key_of(upload), upload.file_name, upload.sha256, upload.count, data)
    system = profiles()[connection.profile].target
    return Loaded(delivery, upload, connection, remote, parcel, system)


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


async def _settle(app: App, scope: Scope, loaded: Loaded, state: DeliveryState, held: Held | None) -> None:
    """The receipt, the state and the journal stand in one transaction."""
    at, upload = app.clock.now(), loaded.upload
    async with app.database.unit(scope) as db:
        if state == "received" and held is not None and upload.receipt is None:
            await uploads.receive(db, scope, upload.id, held.receipt, at)
        await deliveries.tried(db, scope, upload.id, state, at)
        if state == "received" and held is not None:
            await journal.note(
                db,
                scope,
                actor=system_of(scope.bureau),
                action=SEND,
                target=f"upload/{upload.bureau}/{upload.id}",
                before={"receipt": upload.receipt},
                after={"receipt": held.receipt, "profile": upload.profile},
                at=at,
            )
    REGISTRY.count("shuangsui_deliveries_total", scope.bureau, outcome=state)


async def _note(app: App, scope: Scope, delivery: Delivery, state: DeliveryState, error: str) -> None:
    async with app.database.unit(scope) as db:
        await deliveries.tried(db, scope, delivery.upload_id, state, app.clock.now(), error)
    outcome = state if state in deliveries.SETTLED else "failed"
    REGISTRY.count("shuangsui_deliveries_total", scope.bureau, outcome=outcome)
    if state in deliveries.SETTLED:
        say("delivery.stopped", bureau=scope.bureau, level="warning", problem=error)
        REGISTRY.count("shuangsui_alarms_total", scope.bureau, what="exchange")
