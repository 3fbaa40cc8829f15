"""Carries out the orders of one bureau's outbox: leased, tried, told or put off."""

from datetime import timedelta
from typing import Literal

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
Outcome = Literal["done", "failed", "stuck"]


async def deliver(app: App, bureau: str, limit: int = 20) -> dict[Outcome, int]:
    """Carry out what is due of a bureau's orders; other workers pass over what is leased here.

    Raises:
        NoBureau: the bureau is not one of this deployment.
    """
    scope = Scope.own(await known_bureau(app, bureau), SYSTEM)
    now = app.wall.now()
    async with app.database.unit(scope) as db:
        items = await outbox.lease(db, scope, now, now + LEASE, limit, tuple(HANDLERS))
    found: dict[Outcome, int] = {"done": 0, "failed": 0, "stuck": 0}
    for item in items:
        outcome = await _carry_out(app, scope, item)
        found[outcome] += 1
        REGISTRY.count("shuangsui_orders_total", bureau, outcome=outcome)
    return found


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
            await outbox.fail(db, scope, item.id, name, retry_at(now, item.tries))
    if isinstance(error, Problem):
        say("order.failed", bureau=item.bureau, level="warning", kind=item.topic, problem=name)
    else:
        fault("order.failed", error, bureau=item.bureau, kind=item.topic)
    if stuck:
        REGISTRY.count("shuangsui_alarms_total", item.bureau, what="job")
    return "stuck" if stuck else "failed"
