"""Made files on their way to other systems: begun with the file, seen, sent once more, compared."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from uuid import UUID

from policies.errors import Missing
from policies.terms import Principal
from services.connectors import Profile, profiles
from services.connectors.profiles import incoming
from services.exchange.carrying import SEND
from services.exchange.comparing import held_there, keep_comparison, told
from services.exchange.opening import fitted
from services.jobs.orders import order
from services.work import App, Work
from tenants import journal
from tenants.exchange_rows import Connection, Delivery, Reconciliation
from tenants.inbound_rows import InboundFetch
from tenants.records import Upload
from tenants.stores import connections, deliveries, inbound, uploads

SHOWN = 100


@dataclass(frozen=True, slots=True)
class Exchange:
    """What stands between the bureau and other systems.

    Attributes:
        connections: those that stand. sent: the newest deliveries with their files.
        compared: the newest comparisons. fetched: connection → the newest fetch of files that come in.
    """

    connections: tuple[Connection, ...]
    sent: tuple[tuple[Delivery, Upload], ...]
    compared: tuple[Reconciliation, ...]
    fetched: Mapping[UUID, InboundFetch]


async def exchange_of(work: Work) -> Exchange:
    """Everything a page shows of it."""
    work.require("exchange.read")
    bureau = work.scope.bureau
    sent = await deliveries.recent(work.db, work.scope, bureau, SHOWN)
    made = await uploads.some(work.db, work.scope, bureau, [one.upload_id for one in sent])
    files = {one.id: one for one in made}
    return Exchange(
        await connections.live(work.db, work.scope, bureau),
        tuple((one, files[one.upload_id]) for one in sent if one.upload_id in files),
        await deliveries.comparisons(work.db, work.scope, bureau),
        {one.connection_id: one for one in reversed(await inbound.fetches(work.db, work.scope, bureau, 200))},
    )


async def begin_delivery(work: Work, upload: Upload) -> Delivery | None:
    """Hand a file that was just made to the worker, where a connection stands; otherwise a person uploads it.

    In the transaction that made the file: there is never a file without its order, or an order without it.
    """
    connection = await connection_of(work, upload.profile)
    if connection is None or connection.mode == "manual":
        return None
    made = Delivery(upload.bureau, upload.id, connection.id, "waiting", 0, work.now)
    await deliveries.add(work.db, work.scope, made)
    await order(work, SEND, {"upload": str(upload.id)}, dedup=str(upload.id))
    return made


async def connection_of(work: Work, profile: str) -> Connection | None:
    """The connection of a profile that stands, if one does."""
    standing = await connections.live(work.db, work.scope, work.scope.bureau)
    return next((one for one in standing if one.profile == profile), None)


async def fitted_profile(work: Work, profile: Profile) -> Profile:
    """The profile as the bureau has set it, with its own headings, words and format."""
    connection = await connection_of(work, profile.id)
    return fitted(profile, connection.settings) if connection else profile


async def send_again(work: Work, upload_id: UUID) -> Delivery:
    """Let a refused or given up file go once more, the same bytes under the same key.

    Raises:
        Missing: it was never on its way. WrongState: it is on its way, or received.
    """
    work.require("exchange.send")
    before = await deliveries.get(work.db, work.scope, upload_id)
    await deliveries.again(work.db, work.scope, upload_id)
    await order(work, SEND, {"upload": str(upload_id)}, dedup=str(upload_id))
    await _note(work, f"upload/{work.scope.bureau}/{upload_id}", {"state": before.state}, {"again": True})
    return await deliveries.get(work.db, work.scope, upload_id)


async def compare_now(app: App, principal: Principal, connection_id: UUID) -> Reconciliation:
    """Compare both sides of a connection at once, not only at night.

    Two short transactions; none is open while the other side is asked.

    Raises:
        Missing: no such connection, or it was ended meanwhile. SystemSilent: the other side does not answer.
    """
    async with app.work(principal) as work:
        connection, scope = await _standing(work, connection_id), work.scope
    theirs = await held_there(app, scope, connection)
    async with app.work(principal) as work:
        connection = await _standing(work, connection_id)
        found = await keep_comparison(app, work.db, work.scope, connection, theirs)
        after = {"ours": found.ours, "theirs": found.theirs, "differences": len(found.found)}
        await _note(work, f"connection/{connection.profile}", {}, {"compared": after})
    told(found)
    return found


def _outgoing() -> Collection[str]:
    return profiles().keys() - incoming().keys()


async def _standing(work: Work, connection_id: UUID) -> Connection:
    work.require("exchange.send")
    connection = await connections.get(work.db, work.scope, connection_id)
    if connection.ended_at is not None or connection.profile not in _outgoing():
        raise Missing(connection_id, what="系统连接")
    return connection


async def _note(work: Work, target: str, before: dict[str, object], after: dict[str, object]) -> None:
    await journal.note(
        work.db,
        work.scope,
        actor=work.principal,
        action="exchange.send",
        target=target,
        before=before,
        after=after,
        at=work.now,
    )
