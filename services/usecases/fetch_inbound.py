"""Files of other systems are fetched: kept once, checked at once, taken by nobody but a person.

Between short transactions the other side is asked; none is open meanwhile. It is told what was kept after it
was kept: what it was not told this time, it is told with the next fetch.
"""

from base64 import b64encode
from hashlib import sha256
from uuid import UUID, uuid4

from policies.errors import Missing, Problem
from policies.terms import Principal
from services.connectors import Profile
from services.connectors.profiles import incoming
from services.exchange.errors import BatchChanged, FetchedDiffers
from services.exchange.opening import fitted, remote_of
from services.exchange.remote import Offer, Remote
from services.metrics import REGISTRY
from services.notify.vault import Vault
from services.usecases.import_judge import told_both
from services.usecases.inbound_files import REFUSALS, allow, note_inbound, place_of, read_file
from services.work import App, Work
from tenants.errors import Conflict
from tenants.exchange_rows import Connection
from tenants.inbound_rows import InboundFetch, InboundFile
from tenants.stores import connections, inbound


async def fetch_now(app: App, principal: Principal, connection_id: UUID) -> InboundFetch:
    """Fetch what is new of one system, and tell it what was kept; also what nobody told it before.

    A file that cannot be had this time holds up no other; a silent system is noted, with what it was asked.

    Raises:
        Missing: no such connection, or not one by which files come in. ConnectionOver, SealBroken.
    """
    async with app.work(principal) as work:
        allow(work)
        connection, profile = await _standing(work, connection_id)
        remote = await remote_of(app, work.db, work.scope, connection)
    trouble: list[str] = []
    offers: tuple[Offer, ...] = ()
    try:
        offers = await remote.offers()
    except Problem as problem:
        trouble.append(problem.code)
    kept = [await _fetched(app, principal, connection, profile, remote, one, trouble) for one in offers]
    if profile.receipt == "kept":
        await _tell(app, principal, connection, remote, trouble)
    made = InboundFetch(
        connection.bureau,
        uuid4(),
        connection.id,
        app.clock.now(),
        principal.subject,
        len(offers),
        sum(kept),
        len(trouble),
        trouble[0] if trouble else None,
    )
    async with app.work(principal) as work:
        allow(work)
        await inbound.fetched(work.db, work.scope, made)
        counts = {"offered": made.offered, "kept": made.kept, "failed": made.failed}
        await note_inbound(work, f"connection/{connection.profile}", {}, counts)
    if trouble:
        REGISTRY.count("shuangsui_alarms_total", connection.bureau, what="exchange")
    return made


async def _standing(work: Work, connection_id: UUID) -> tuple[Connection, Profile]:
    connection = await connections.get(work.db, work.scope, connection_id)
    profile = incoming().get(connection.profile)
    if connection.ended_at is not None or profile is None:
        raise Missing(connection_id, what="系统连接")
    return connection, fitted(profile, connection.settings)


async def _fetched(
    app: App,
    principal: Principal,
    connection: Connection,
    profile: Profile,
    remote: Remote,
    offer: Offer,
    trouble: list[str],
) -> bool:
    """Whether a file was new and is kept now."""
    try:
        async with app.work(principal) as work:
            known = (await inbound.marks(work.db, work.scope, profile.id)).get(offer.key)
            if known is not None:
                if offer.sha256 and await _mark(work, profile, offer.sha256) != known:
                    raise BatchChanged(offer.key, key=offer.key)
                return False
        data = await remote.fetch(offer)
        found = sha256(data).hexdigest()
        if offer.sha256 not in ("", found):
            raise FetchedDiffers(found, sha256=offer.sha256)
        async with app.work(principal) as work:
            allow(work)
            await _keep(work, connection, profile, offer, data)
    except Conflict:  # somebody else fetched it this moment
        return False
    except Problem as problem:
        trouble.append(problem.code)
        return False
    return True


async def _keep(work: Work, connection: Connection, profile: Profile, offer: Offer, data: bytes) -> None:
    """The file, what it comes to, and the journal, in one transaction."""
    id, check_id, refused = uuid4(), None, None
    try:
        async with work.attempt():
            check_id = await read_file(work, profile, offer, data)
    except Problem as problem:
        if problem.kind not in REFUSALS:
            raise
        refused = told_both(problem)
    vault, digest = Vault(work.db, work.scope, work.app.keys), sha256(data).hexdigest()
    words = {"data": b64encode(data).decode(), "sha256": digest}
    row = InboundFile(
        bureau=work.scope.bureau,
        id=id,
        connection_id=connection.id,
        profile=profile.id,
        key=offer.key,
        name=offer.name,
        mark=await _mark(work, profile, digest),
        size=len(data),
        state="refused" if refused else "ready",
        sealed=await vault.seal(place_of(id), words, work.now),
        fetched_at=work.now,
        fetched_by=work.principal.subject,
        problem=refused,
        check_id=check_id,
    )
    await inbound.keep(work.db, work.scope, row)
    told = {"state": row.state, "mark": row.mark, "check": str(check_id) if check_id else None}
    await note_inbound(work, f"inbound/{profile.id}/{row.key}", {}, told)


async def _mark(work: Work, profile: Profile, digest: str) -> str:
    """What a file is recognised by; see `InboundFile.mark`."""
    if profile.takes != "draw":
        return digest
    return await Vault(work.db, work.scope, work.app.keys).mark(f"inbound/{profile.id}", digest, work.now)


async def _tell(
    app: App, principal: Principal, connection: Connection, remote: Remote, trouble: list[str]
) -> None:
    """Acknowledge what was kept and not acknowledged; the same number as often as it takes."""
    async with app.work(principal) as work:
        rows = await inbound.owed(work.db, work.scope, connection.profile)
        vault = Vault(work.db, work.scope, work.app.keys)
        owed = [(one, (await vault.open(place_of(one.id), one.sealed))["sha256"]) for one in rows]
    for row, digest in owed:
        try:
            await remote.acknowledge(row.key, str(row.id), digest)
            async with app.work(principal) as work:
                await inbound.acknowledged(work.db, work.scope, row.id, work.now)
                await note_inbound(work, f"inbound/{row.profile}/{row.key}", {}, {"receipt": str(row.id)})
        except Problem as problem:
            trouble.append(problem.code)
