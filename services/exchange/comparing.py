"""Every night both sides are compared, file by file: what one of them has alone, or otherwise, is named."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import uuid4

from sqlalchemy.ext.asyncio import AsyncConnection

from policies.errors import Problem
from services.connectors.profiles import incoming
from services.exchange.carrying import SEND, key_of
from services.exchange.opening import remote_of
from services.exchange.remote import Held
from services.jobs.orders import SYSTEM, order, system_of
from services.logs import say
from services.metrics import REGISTRY
from services.work import App
from tenants.exchange_rows import Connection, Delivery, Reconciliation
from tenants.records import Upload
from tenants.rows import Json
from tenants.scope import Scope
from tenants.stores import connections, deliveries

Ours = Sequence[tuple[Delivery, Upload]]


def differences(ours: Ours, theirs: Iterable[Held]) -> list[dict[str, Any]]:
    """Every difference between what was handed over and what is held, in the order of the keys.

    `what`: missing, unknown, doubled, refused, digest, count or receipt; `ours`, `theirs`: the two words.
    A file on its way without a receipt may be missing still: only what was receipted must be there.
    """
    listed: dict[str, list[Held]] = {}
    for held in theirs:
        listed.setdefault(held.key, []).append(held)
    found: list[dict[str, Any]] = []
    known = {key_of(upload): (delivery, upload) for delivery, upload in ours}
    for key, (delivery, upload) in known.items():
        rows = listed.get(key, [])
        if not rows:
            if delivery.state == "received":
                found.append(_row(key, "missing", upload.receipt, None))
            continue
        if len(rows) > 1:
            found.append(_row(key, "doubled", 1, len(rows)))
        found += [one for row in rows for one in _between(key, delivery, upload, row)]
    found += [_row(key, "unknown", None, rows[0].receipt) for key, rows in listed.items() if key not in known]
    unique = {tuple(one.items()): one for one in found}  # a doubled key says the same twice
    return sorted(unique.values(), key=lambda one: (one["key"], one["what"]))


async def compare_all(app: App, bureau: str) -> Json:
    """Compare every connection of a bureau; a silent one is passed over and said.

    Returns:
        How many connections were compared, how many were silent, how many differences there are.
    """
    scope = Scope.own(bureau, SYSTEM)
    async with app.database.unit(scope) as db:
        standing = await connections.live(db, scope, bureau)
    counts = Counter(compared=0, silent=0, differences=0)
    for connection in (one for one in standing if one.mode != "manual" and one.profile not in incoming()):
        try:
            kept = await compare_one(app, scope, connection)
        except Problem as problem:
            say("exchange.silent", bureau=bureau, level="warning", problem=problem.code)
            counts["silent"] += 1
            continue
        counts["compared"] += 1
        counts["differences"] += len(kept.found)
    return dict(counts)


async def compare_one(app: App, scope: Scope, connection: Connection) -> Reconciliation:
    """Compare one connection and keep what was found.

    Raises:
        SystemSilent: the other side does not list what it holds. ConnectionOver, SealBroken.
    """
    theirs = await held_there(app, scope, connection)
    async with app.database.unit(scope) as db:
        row = await keep_comparison(app, db, scope, connection, theirs)
    told(row)
    return row


async def held_there(app: App, scope: Scope, connection: Connection) -> tuple[Held, ...]:
    """What the other side lists of ours; no transaction is open meanwhile. Raises as `compare_one`."""
    async with app.database.unit(scope, read_only=True) as db:
        remote = await remote_of(app, db, scope, connection)
    return await remote.every(f"{scope.bureau}-")


async def keep_comparison(
    app: App, db: AsyncConnection, scope: Scope, connection: Connection, theirs: Sequence[Held]
) -> Reconciliation:
    """Compare what it lists with what is ours by now, and keep it in this transaction."""
    every = await deliveries.of_connection(db, scope, scope.bureau, connection.id)
    # an earlier connection may have handed files over to the same system
    others = {key_of(upload) for upload in await _before(db, scope, connection)}
    ours = [(delivery, upload) for delivery, upload in every if delivery.state != "waiting"]
    held = [one for one in theirs if one.key not in others]
    found = differences(ours, held)
    row = Reconciliation(scope.bureau, uuid4(), connection.id, app.clock.now(), len(ours), len(held), found)
    await deliveries.compared(db, scope, row)
    return row


def told(row: Reconciliation) -> None:
    """Count an alarm where the two sides differ; after the comparison stands."""
    if row.found:
        REGISTRY.count("shuangsui_alarms_total", row.bureau, what="exchange")


async def ask_again(app: App, bureau: str) -> Json:
    """Order that files without a receipt are asked after. Returns how many."""
    scope = Scope.own(bureau, SYSTEM)
    async with app.database.unit(scope) as db:
        waiting = await deliveries.unanswered(db, scope)
    for one in waiting:
        async with app.work(system_of(bureau)) as work:
            await order(work, SEND, {"upload": str(one.upload_id)}, dedup=str(one.upload_id))
    return {"asked": len(waiting)}


async def _before(db: AsyncConnection, scope: Scope, connection: Connection) -> list[Upload]:
    """Files that went to the same system by connections that are over."""
    found: list[Upload] = []
    for former in await connections.of_profile(db, scope, connection.profile):
        if former.id != connection.id:
            every = await deliveries.of_connection(db, scope, scope.bureau, former.id)
            found += [upload for _, upload in every]
    return found


def _between(key: str, delivery: Delivery, upload: Upload, held: Held) -> list[dict[str, Any]]:
    pairs: Mapping[str, tuple[Any, Any]] = {
        "digest": (upload.sha256, held.sha256 or upload.sha256),
        "count": (upload.count, upload.count if held.count is None else held.count),
    }
    found = [_row(key, what, a, b) for what, (a, b) in pairs.items() if a != b]
    if held.refused != (delivery.state == "refused"):
        found.append(_row(key, "refused", delivery.state, "refused" if held.refused else "held"))
    if delivery.state == "received" and held.receipt != upload.receipt:
        found.append(_row(key, "receipt", upload.receipt, held.receipt))
    return found


def _row(key: str, what: str, ours: Any, theirs: Any) -> dict[str, Any]:
    return {"key": key, "what": what, "ours": ours, "theirs": theirs}
