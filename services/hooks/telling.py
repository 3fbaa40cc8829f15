"""An act tells other systems: one delivery for each endpoint, in the transaction of the act.

What is rolled back tells nobody; what was kept is told though the worker is killed: its order waits.
"""

from uuid import UUID, uuid4

from policies.hooking.events import TEST, body_of
from services.jobs.orders import order
from services.work import Work
from tenants.hook_rows import Hook, HookDelivery
from tenants.stores import hooks

SEND = "hook.send"


async def tell_hooks(work: Work, event: str, **facts: int | str) -> None:
    """Order that every endpoint of the bureau acted for that wants the event is told.

    Args:
        event: one of `policies.hooking.events.EVENTS`. facts: what it must carry.
    """
    wanting = [
        one for one in await hooks.live(work.db, work.scope) if event in one.events and not one.gone_at
    ]
    if wanting:
        await _keep(work, wanting, event, body_of(event, work.scope.bureau, facts, work.now))


async def tell_test(work: Work, hook: Hook) -> UUID:
    """Order a test event for one endpoint; returns the delivery's id."""
    (made,) = await _keep(work, [hook], TEST.name, body_of(TEST.name, work.scope.bureau, {}, work.now))
    return made


async def _keep(work: Work, wanting: list[Hook], event: str, body: bytes) -> list[UUID]:
    rows = [HookDelivery(work.scope.bureau, uuid4(), one.id, event, body, work.now) for one in wanting]
    await hooks.tell(work.db, work.scope, rows)
    for row in rows:
        await order(work, SEND, {"delivery": str(row.id)})
    return [row.id for row in rows]
