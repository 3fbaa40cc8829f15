"""The journal of a bureau: entries with their hashes, how it stands, an order to verify it; and the jobs."""

from datetime import datetime
from typing import Annotated, Any

from litestar import Request, Response
from litestar.params import QueryParameter
from msgspec import Meta

from policies.errors import Missing
from policies.journal_levels import LEVELS
from policies.journal_words import JOURNAL_LABELS
from services.api.contract import acts, reads
from services.api.errors import BadCursor
from services.api.once import InOnce
from services.api.pages import Page, pack, unpack
from services.api.types import NO_NUL, Bureau, Code, Cursor, Day, Hash, Limit, Out
from services.jobs.checking import JOB
from services.jobs.orders import order
from services.jobs.status import JobLine, job_board
from services.usecases.read_journal import chosen, journal_state, read_journal
from services.web.depends import InWork
from tenants.records import JournalEntry

AnyRequest = Request[Any, Any, Any]
Text = Annotated[str, QueryParameter(max_length=200, pattern=NO_NUL)]
Number = Annotated[int, Meta(ge=0)]


class JournalEntryOut(Out):
    """An entry; `hash` is SHA-256 over the canonical JSON of the members before it, bureau included."""

    bureau: Code
    n: int
    at: datetime
    actor: str
    actor_name: str
    action: str
    target: str
    why: str
    before: Any
    after: Any
    prev: Hash
    hash: Hash


class JournalStateOut(Out):
    """Entries there ever were, those that lie in archives, the last verification and published head."""

    bureau: Code
    entries: Number
    archived: Number
    checked_at: datetime | None
    result: Any
    head_at: datetime | None
    head_index: int | None


class OrderedOut(Out):
    """Whether an order was added; false when the same one stands open already."""

    added: bool


class JobOut(Out):
    """A job of the clock and its last run."""

    job: str
    state: str
    stamp: str
    done_at: datetime | None
    progress: Any
    result: Any
    error: str | None


class WaitingOut(Out):
    """Open orders of a kind; `consumed` says whether anything carries this kind out yet."""

    kind: str
    open: Number
    failed: Number
    stuck: Number
    oldest: datetime | None
    consumed: bool


class JobsOut(Out):
    """What the worker did last for a bureau and for the deployment, and what is open."""

    bureau: Code
    jobs: list[JobOut]
    deployment: list[JobOut]
    orders: list[WaitingOut]


@reads("/bureaus/{bureau:str}/journal", action="journal.read")
async def list_journal(
    request: AnyRequest,
    work: InWork,
    bureau: Bureau,
    actor: Text = "",
    did: Text = "",
    target: Text = "",
    since: Day = None,
    until: Day = None,
    level: Text = "",
    cursor: Cursor = "",
    limit: Limit = 50,
) -> Response[Page[JournalEntryOut]]:
    """Entries, newest first; reading them leaves an entry too. `did`: an action; days are China's.

    `level`: `read` for looks, `write` for acts.
    """
    if did and did not in JOURNAL_LABELS:
        raise Missing(did[:40], what="操作")
    if level and level not in LEVELS:
        raise Missing(level[:40], what="性质")
    wanted = chosen(actor, did, target, since, until, level)
    found = await read_journal(work, bureau, wanted, before=_number(cursor), limit=limit)
    following = None if found.next is None else pack(found.next)
    return Response(Page([_entry(one) for one in found.rows], following))


@reads("/bureaus/{bureau:str}/journal/state", action="journal.read")
async def get_journal_state(work: InWork, bureau: Bureau) -> JournalStateOut:
    """How the journal stands: length, archives, last verification, last head in the public log."""
    work.require("journal.read", bureau=bureau)
    state = await journal_state(work, bureau)
    checked, head = state.checked, state.head
    return JournalStateOut(
        bureau=bureau,
        entries=state.entries,
        archived=state.archived,
        checked_at=checked.done_at if checked else None,
        result=checked.result if checked else None,
        head_at=head.at if head else None,
        head_index=head.index if head else None,
    )


@acts("/bureaus/{bureau:str}/journal/checks", action="journal.read", status_code=202)
async def order_journal_check(once: InOnce, bureau: Bureau) -> Response[OrderedOut]:
    """Have the worker verify the own journal; the result stands in its state when it is done."""
    return await once.run(
        lambda work: order(work, JOB, {}, dedup=JOB), lambda made: OrderedOut(added=made is not None)
    )


@reads("/bureaus/{bureau:str}/jobs", action="system.status")
async def list_jobs(work: InWork, bureau: Bureau) -> JobsOut:
    """What the worker did last for the own bureau, and what is open."""
    work.require("system.status", bureau=bureau)
    if bureau != work.scope.bureau:
        raise Missing(bureau, what="单位")
    board = await job_board(work)
    orders = [
        WaitingOut(
            kind=one.name,
            open=one.count.open,
            failed=one.count.failed,
            stuck=one.count.stuck,
            oldest=one.count.oldest,
            consumed=one.consumed,
        )
        for one in board.orders
    ]
    return JobsOut(
        bureau=bureau,
        jobs=[_job(one) for one in board.jobs],
        deployment=[_job(one) for one in board.deployment],
        orders=orders,
    )


def _job(line: JobLine) -> JobOut:
    run = line.run
    return JobOut(
        job=line.name,
        state=line.state,
        stamp=run.stamp if run else "",
        done_at=run.done_at if run else None,
        progress=run.progress if run else None,
        result=run.result if run else None,
        error=run.error if run else None,
    )


def _entry(entry: JournalEntry) -> JournalEntryOut:
    plain = ("bureau", "n", "at", "actor", "actor_name", "action", "target", "why", "before", "after")
    told = {name: getattr(entry, name) for name in plain}
    return JournalEntryOut(**told, prev=entry.prev.hex(), hash=entry.hash.hex())


def _number(cursor: str) -> int | None:
    key = unpack(cursor) if cursor else None
    if key is not None and not (type(key) is int and 0 < key < 2**62):
        raise BadCursor(cursor)
    return key


routes = [list_journal, get_journal_state, order_journal_check, list_jobs]
