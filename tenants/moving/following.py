"""Does the journal of the present home go on from the entry the former one ended with?"""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from tenants.tables import journal, journal_anchor


async def last_entry(db: AsyncConnection, bureau: str) -> tuple[int, bytes] | None:
    """Number and hash of the last entry, None for an empty journal."""
    query = select(journal.c.n, journal.c.hash).where(journal.c.bureau == bureau).order_by(journal.c.n.desc())
    row = (await db.execute(query.limit(1))).first()
    return None if row is None else (row.n, bytes(row.hash))


async def follows(db: AsyncConnection, bureau: str, n: int, kept: bytes) -> bool:
    """Whether that entry is there, or was archived and removed behind an anchor since."""
    query = select(journal.c.hash).where(journal.c.bureau == bureau, journal.c.n == n)
    found = await db.scalar(query)
    if found is not None:
        return bytes(found) == kept
    upto = journal_anchor.c.upto
    anchors = select(upto).where(journal_anchor.c.bureau == bureau, upto >= n)
    return (await db.execute(anchors.limit(1))).first() is not None
