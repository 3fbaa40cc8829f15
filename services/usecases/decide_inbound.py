"""What came in from other systems: seen, read again after a repair, dropped.

A roster is taken through its import check, by the registry keeper, as any other file. A list of drawn sites
is compared with a draw, or taken over, by those who may do so with a file in hand; nobody reads it otherwise.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from policies.errors import Problem
from services.connectors.profiles import incoming
from services.exchange.remote import Offer
from services.jobs.orders import SYSTEM
from services.usecases.import_judge import told_both
from services.usecases.inbound_files import (
    REFUSALS,
    allow,
    bytes_of,
    fitting,
    note_inbound,
    profile_of,
    read_file,
)
from services.work import Work
from tenants.errors import WrongState
from tenants.exchange_rows import Connection
from tenants.import_rows import CheckState
from tenants.inbound_rows import FileState, InboundFetch, InboundFile
from tenants.stores import connections, import_checks, inbound

OVER: tuple[CheckState, ...] = ("taken", "dropped")


@dataclass(frozen=True, slots=True)
class Inbound:
    """What a page shows of it.

    Attributes:
        connections: those by which files come in. last: connection → the newest fetch.
        files: the newest ones. checks: file → state of its import check.
    """

    connections: tuple[Connection, ...]
    last: Mapping[UUID, InboundFetch]
    files: tuple[InboundFile, ...]
    checks: Mapping[UUID, CheckState]

    def waiting(self, profile: str = "") -> tuple[InboundFile, ...]:
        """Those that wait for somebody."""
        return tuple(
            one
            for one in self.files
            if one.state in inbound.OPEN
            and self.checks.get(one.id) not in OVER
            and profile in ("", one.profile)
        )


async def inbound_of(work: Work) -> Inbound:
    """Connections by which files come in, their newest fetches, and what came."""
    work.require("inbound.read")
    bureau = work.scope.bureau
    standing = await connections.live(work.db, work.scope, bureau)
    newest = await inbound.fetches(work.db, work.scope, bureau, 200)
    files = await inbound.recent(work.db, work.scope, bureau)
    checks = await inbound.check_states(work.db, work.scope, bureau)
    return Inbound(
        tuple(one for one in standing if one.profile in incoming()),
        {one.connection_id: one for one in reversed(newest)},
        files,
        checks,
    )


async def waiting_inbound(work: Work) -> Counter[str]:
    """How many files wait for somebody, by what they are: "sites" or "draw"."""
    kept = await inbound.waiting(work.db, work.scope, work.scope.bureau)
    known = incoming()  # a file of a system this version knows no more is nobody's work
    return Counter(known[one].takes for one, check in kept if one in known and check not in OVER)


async def read_again(work: Work, id: UUID) -> InboundFile:
    """Read a kept file once more, by the columns of today: after a repair, or when its check has expired.

    Raises:
        Missing: no such file. WrongState: it is done, dropped, or its rows were taken.
    """
    row = await _open(work, id)
    profile, data = await fitting(work, row), await bytes_of(work, row)
    values: dict[str, Any] = {"problem": None, "check_id": None}
    state: FileState = "ready"
    try:
        async with work.attempt():
            values["check_id"] = await read_file(work, profile, Offer(row.key, row.name), data)
    except Problem as problem:
        if problem.kind not in REFUSALS:
            raise
        state, values["problem"] = "refused", told_both(problem)
    await inbound.move(work.db, work.scope, id, state, values=values)
    await note_inbound(work, _target(row), {"state": row.state}, {"state": state})
    return await inbound.locked(work.db, work.scope, id)


async def drop_inbound(work: Work, id: UUID) -> InboundFile:
    """Use nothing of a kept file; it stays kept. Raises Missing, WrongState."""
    row = await _open(work, id)
    await settle(work, row, "dropped", {"problem": None})
    return await inbound.locked(work.db, work.scope, id)


async def roster_file(work: Work, id: UUID) -> tuple[InboundFile, bytes]:
    """A roster as it came in, to be mended by hand. Raises Missing; WrongState: a list of drawn sites."""
    work.require("site.import")
    row = await inbound.get(work.db, work.scope, work.scope.bureau, id)
    if profile_of(row).takes != "sites":
        raise WrongState(row.profile, wanted="sites")
    return row, await bytes_of(work, row)


async def _open(work: Work, id: UUID) -> InboundFile:
    """The file, with the check it had dropped: who may not import rosters leaves them alone."""
    allow(work)
    row = await inbound.locked(work.db, work.scope, id)
    if profile_of(row).takes == "sites" and SYSTEM not in work.principal.roles:
        work.require("site.import")
    if row.state not in inbound.OPEN:
        raise WrongState(row.state, wanted="、".join(inbound.OPEN))
    if row.check_id is not None:
        check = await import_checks.get(work.db, work.scope, work.scope.bureau, row.check_id)
        if check.state in ("ordered", "taking", "taken"):
            raise WrongState(check.state, wanted="checked")
        if check.state != "dropped":
            who = {"decided_at": work.now, "decided_by": work.principal.subject}
            await import_checks.move(
                work.db, work.scope, check.id, "dropped", before=(check.state,), values=who
            )
    return row


async def settle(
    work: Work,
    row: InboundFile,
    state: FileState,
    values: Mapping[str, Any],
    *,
    action: str = "inbound.fetch",
) -> None:
    """Nothing more is done with a file. Raises WrongState: somebody else decided it meanwhile."""
    who = {"decided_at": work.now, "decided_by": work.principal.subject}
    await inbound.move(work.db, work.scope, row.id, state, values=who | dict(values))
    await note_inbound(work, _target(row), {"state": row.state}, {"state": state}, action)


def _target(row: InboundFile) -> str:
    return f"inbound/{row.profile}/{row.key}"
