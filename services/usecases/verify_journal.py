"""A bureau's journal checked from its first entry on: chain, anchors, archives, heads in the public log."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from policies.journal_errors import ArchiveMisfit
from policies.journals import START, Archive, check_heads, in_sequence
from services.work import Work
from tenants.journal import Chain, walk
from tenants.records import LogEntry
from tenants.stores import log

Step = Callable[[int], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class ChainReport:
    """A journal that fits.

    Attributes:
        entries: numbers reached by the chain: entries there ever were.
        first: first number checked, in an archive given or in the database.
        archived: entries that were removed; their archives hold them.
        head: hash of the last entry, hex.
        heads: of the public log, found in what was checked. older: those of entries before it.
        head_at: when the last head was logged, None when none was.
    """

    bureau: str
    entries: int
    first: int
    archived: int
    head: str
    heads: int
    older: int
    head_at: datetime | None

    @property
    def whole(self) -> bool:
        """Whether every entry there ever was has been checked."""
        return self.first == 1


async def verify_journal(
    work: Work, bureau: str, archives: Sequence[Archive] = (), step: Step | None = None
) -> ChainReport:
    """Check a visible bureau's journal; whoever calls it has asked the matrix, or is the operator.

    1. The chain in the database fits, from its first entry or its anchor on (`tenants.journal.walk`).
    2. Archives given continue each other, and the last one ends where the database's chain begins, or within.
    3. Every head of the journal in the public log is the hash of an entry, in the same order.

    Args:
        archives: checked with `policies.journals.check_archive`, of this bureau, in any order.
        step: awaited with the number reached.

    Raises:
        BrokenChain: an entry or anchor. ArchiveMisfit: an archive. HeadMissing: a published head.
    """
    heads = await log.journal_heads(work.control, bureau)
    ordered = in_sequence(archives)
    wanted = {bytes.fromhex(one.entry["h"]) for one in heads} | {one.head.hash for one in ordered}
    chain = await walk(await work.at(bureau), work.scope, bureau, wanted=wanted, step=step)
    first = _joined(chain, ordered)
    found, older = check_heads(
        bureau, [_head(one) for one in heads], _places(chain, ordered, wanted), first=first, now=work.now
    )
    return ChainReport(
        bureau=bureau,
        entries=chain.last,
        first=first,
        archived=chain.first - 1,
        head=chain.head.hex() if chain.last else "",
        heads=found,
        older=older,
        head_at=heads[-1].at if heads else None,
    )


def _head(entry: LogEntry) -> tuple[int, bytes, datetime]:
    return entry.index, bytes.fromhex(entry.entry["h"]), entry.at


def _joined(chain: Chain, archives: Sequence[Archive]) -> int:
    """Number of the first entry at hand, once it is sure that archives lead up to the database's chain."""
    if not archives:
        return chain.first
    first, last = archives[0].head, archives[-1].head
    anchors = {one.upto: one for one in chain.anchors}
    if first.bureau != chain.bureau:
        raise ArchiveMisfit(first.bureau, line=1, wanted=chain.bureau)
    follows = anchors.get(first.since - 1)
    if first.prev != (START if first.since == 1 else follows.hash if follows else None):
        raise ArchiveMisfit(first.since, line=1, wanted="1")
    for one in archives:
        anchor = anchors.get(one.head.upto)
        if anchor is not None and (anchor.archive, anchor.hash) != (one.sha256, one.head.hash):
            raise ArchiveMisfit(one.sha256, line=1, wanted=f"SHA-256 {anchor.archive}")
    if last.upto >= chain.first - 1:
        there = chain.places.get(last.hash) or (anchors[last.upto].upto if last.upto in anchors else None)
        if there != last.upto:
            raise ArchiveMisfit(last.hash.hex(), line=1, wanted=f"{chain.bureau} {last.upto}")
        return min(first.since, chain.first)
    raise ArchiveMisfit(last.upto, line=1, wanted=f"{chain.bureau} … {chain.first - 1}")


def _places(chain: Chain, archives: Sequence[Archive], wanted: set[bytes]) -> dict[bytes, int]:
    """Hash → number of what was looked for, in archives and database."""
    kept = {
        hash: one.head.since + place
        for one in archives
        for place, hash in enumerate(one.hashes)
        if hash in wanted
    }
    return kept | chain.places
