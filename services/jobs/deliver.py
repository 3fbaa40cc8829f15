"""Carries out the orders of one bureau's outbox: leased, tried, told or put off."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Literal
from uuid import UUID

from policies.errors import Problem
from services.jobs.backoff import given_up, retry_at
from services.jobs.errors import JobRefused
from services.jobs.handlers import HANDLERS
from services.jobs.kinds import check_order
from services.jobs.orders import SYSTEM, known_bureau
from services.logs import fault, say
from services.metrics import REGISTRY
from services.work import App
from tenants.records import OutboxItem
from tenants.scope import Scope
from tenants.stores import outbox

LEASE = timedelta(minutes=10)
TOGETHER = 50  # orders carried out at once, where their kind allows it
Outcome = Literal["done", "failed", "stuck"]


async def deliver(app: App, bureau: str, limit: int = 40) -> dict[Outcome, int]:
    """Carry out what is due of a bureau's orders; other workers pass over what is leased here.

    Raises:
        NoBureau: the bureau is not one of this deployment.
    """
    scope = Scope.own(await known_bureau(app, bureau), SYSTEM)
    now = app.wall.now()
    async with app.database.unit(scope) as db:
        items = await outbox.lease(db, scope, now, now + LEASE, limit, tuple(HANDLERS))
    found: dict[Outcome, int] = {"done": 0, "failed": 0, "stuck": 0}
    for group in _groups(items):
        for outcome in await _together(app, scope, group):
            found[outcome] += 1
            REGISTRY.count("shuangsui_orders_total", bureau, outcome=outcome)
    return found


def _groups(items: Sequence[OutboxItem]) -> Iterator[list[OutboxItem]]:
    """The orders as they were leased; those of a kind that go together, together."""
    group: list[OutboxItem] = []
    for item in items:
        alone = HANDLERS[item.topic].many is None or len(group) >= TOGETHER
        if group and (alone or item.topic != group[0].topic):
            yield group
            group = []
        group.append(item)
    if group:
        yield group


async def _together(app: App, scope: Scope, items: Sequence[OutboxItem]) -> list[Outcome]:
    many = HANDLERS[items[0].topic].many
    if many is None or len(items) == 1:
        return [await _carry_out(app, scope, item) for item in items]
    failed: dict[UUID, Exception | None] = {}
    for item in items:
        try:
            check_order(item.topic, item.payload)
        except JobRefused as error:
            failed[item.id] = error
    try:
        failed |= await many(app, [item for item in items if item.id not in failed])
    except Exception as error:  # how far they got nobody knows: tried once more, each asks first
        failed |= {item.id: error for item in items if item.id not in failed}
    async with app.database.unit(scope) as db:
        good = [item.id for item in items if failed[item.id] is None]
        await outbox.all_done(db, scope, good, app.wall.now())
    return [
        "done" if (why := failed[item.id]) is None else await _put_off(app, scope, item, why)
        for item in items
    ]


async def _carry_out(app: App, scope: Scope, item: OutboxItem) -> Outcome:
    try:
        check_order(item.topic, item.payload)
        handler = HANDLERS[item.topic]
        # A try that was cut off may have reached its end: ask before doing it again.
        if not (item.tries > 1 and handler.told and await handler.told(app, item)):
            await handler.run(app, item)
    except Exception as error:  # whatever it is, the next order and the next bureau go on
        return await _put_off(app, scope, item, error)
    async with app.database.unit(scope) as db:
        await outbox.done(db, scope, item.id, app.wall.now())
    return "done"


async def _put_off(app: App, scope: Scope, item: OutboxItem, error: Exception) -> Outcome:
    now, name = app.wall.now(), error.code if isinstance(error, Problem) else type(error).__name__
    stuck = given_up(item.tries) or isinstance(error, JobRefused)
    async with app.database.unit(scope) as db:
        if stuck:
            await outbox.stick(db, scope, item.id, name, now)
        else:
            await outbox.fail(db, scope, item.id, name, retry_at(now, item.tries, str(item.id)))
    if isinstance(error, Problem):
        say("order.failed", bureau=item.bureau, level="warning", kind=item.topic, problem=name)
    else:
        fault("order.failed", error, bureau=item.bureau, kind=item.topic)
    if stuck:
        REGISTRY.count("shuangsui_alarms_total", item.bureau, what="job")
    return "stuck" if stuck else "failed"
