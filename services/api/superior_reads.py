"""Reads of a bureau's unpublished rows by its superiors."""

from datetime import datetime
from typing import Annotated

from litestar.params import QueryParameter

from services.api.contract import reads
from services.api.types import AnyBureau, Bureau, Code, Limit, Out, show
from services.usecases.superior_reads import read_superior_reads
from services.web.depends import InWork
from tenants.records import JournalEntry
from tenants.stores.superior_reads import READER

ActionName = Annotated[
    str | None, QueryParameter(pattern=r"^[a-z_.]{1,40}$", description="Only reads by this action.")
]
Before = Annotated[
    int | None, QueryParameter(ge=1, le=2**53, description="`next` of the page before: older reads.")
]


class ReadOut(Out):
    """One read: entry `n` of the journal of the bureau that was read. `reader`: the superior's code."""

    n: int
    at: datetime
    reader: Code
    actor: str
    actor_name: str
    action: str
    target: str
    why: str


class TallyOut(Out):
    """Reads of the last quarter by one superior and action."""

    reader: Code
    action: str
    count: int
    last: datetime


class ReadsOut(Out):
    """A page of reads, newest first; `next`: pass as `before`. `total`: of all tallies."""

    bureau: Code
    rows: tuple[ReadOut, ...]
    tallies: tuple[TallyOut, ...]
    total: int
    next: int | None


@reads("/bureaus/{bureau:str}/superior-reads", action="journal.read")
async def list_superior_reads(
    work: InWork,
    bureau: Bureau,
    reader: AnyBureau = None,
    read_action: ActionName = None,
    before: Before = None,
    limit: Limit = 50,
) -> ReadsOut:
    """Who of the superiors read what of a bureau, when and why. The look itself is journalled."""
    found = await read_superior_reads(
        work, bureau, reader=reader or "", action=read_action or "", before=before, limit=limit
    )
    rows = tuple(_row(one) for one in found.rows)
    tallies = tuple(show(one, TallyOut) for one in found.tallies)
    return ReadsOut(found.bureau, rows, tallies, found.total, found.next)


def _row(entry: JournalEntry) -> ReadOut:
    said = (entry.actor, entry.actor_name, entry.action, entry.target, entry.why)
    return ReadOut(entry.n, entry.at, str((entry.after or {})[READER]), *said)


routes = [list_superior_reads]
