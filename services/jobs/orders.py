"""The door to the outbox: an order is written in the transaction that decides it, carried out after it."""

from uuid import UUID

from policies.errors import Missing
from policies.terms import Principal
from services.jobs.errors import NoBureau
from services.jobs.kinds import BUREAU, check_order
from services.work import App, Work
from tenants.rows import Json
from tenants.scope import Scope
from tenants.stores import bureaus, outbox

SYSTEM = "system"


def system_of(bureau: str) -> Principal:
    """Who does the work of jobs in a bureau: nobody's login."""
    return Principal(subject=SYSTEM, name="系统任务", bureau=bureau, roles=frozenset({SYSTEM}))


async def order(work: Work, kind: str, payload: Json, *, dedup: str | None = None) -> UUID | None:
    """Put an order into the outbox of the bureau acted for, within this transaction.

    Args:
        kind: one of `services.jobs.kinds.KINDS`.
        payload: ids only.
        dedup: while an open order of the kind carries the same word, nothing is added.

    Returns:
        Its id, None when it stands there already.

    Raises:
        NoBureau: nobody's bureau is acted for. UnknownKind, BadPayload: see `check_order`.
    """
    if not BUREAU(work.scope.bureau):
        raise NoBureau(work.scope.bureau or "—")
    check_order(kind, payload)
    return await outbox.add(work.db, work.scope, kind, payload, work.now, dedup=dedup)


async def enqueue(
    app: App, bureau: str, kind: str, payload: Json, *, dedup: str | None = None
) -> UUID | None:
    """As `order`, in a transaction of its own, for what no person's transaction decided.

    Raises:
        NoBureau: no such bureau in this deployment. UnknownKind, BadPayload: see `check_order`.
    """
    check_order(kind, payload)
    await known_bureau(app, bureau)
    async with app.work(system_of(bureau)) as work:
        return await order(work, kind, payload, dedup=dedup)


async def known_bureau(app: App, bureau: str) -> str:
    """The bureau's code. Raises NoBureau."""
    if not BUREAU(bureau):
        raise NoBureau(bureau[:20] or "—")
    async with app.database.unit(Scope.for_system(), read_only=True) as db:
        try:
            await bureaus.get(db, bureau)
        except Missing:
            raise NoBureau(bureau) from None
    return bureau
