"""A closed or moved site and where it went on, linked both ways; the roster's rows stay as they are.

Basis: 西环〔2024〕3号 一（三）: who keeps the list keeps it current; that successors are linked is our own.
"""

from dataclasses import dataclass
from datetime import date

from policies.roster.ends import check_end
from services.work import Work
from tenants import journal
from tenants.locks import hold
from tenants.stores import sites, successors
from tenants.stores.successors import Successor


@dataclass(frozen=True, slots=True)
class End:
    """What became of a site.

    Attributes:
        to: code of a site of the same roster, "" for none. elsewhere: a place outside it, in words.
        day: since when. document: what shows it.
    """

    to: str
    elsewhere: str
    day: date
    document: str


async def link_successor(work: Work, code: str, end: End) -> Successor:
    """Say where a closed or moved site of the own roster went on; said again, the new word holds.

    Raises:
        Missing: no such site. BadEnd: what was said, or a site that goes on.
    """
    work.require("site.import")
    bureau = work.scope.bureau
    site = await sites.one(work.db, work.scope, bureau, code)
    to, elsewhere, document = end.to.strip(), end.elsewhere.strip(), end.document.strip()
    check_end(site, to, elsewhere, end.day, document, work.today)
    if to:
        await sites.one(work.db, work.scope, bureau, to)
    await hold(work.db, "roster", "successor", bureau)
    before = next((one for one in await _around(work, code) if one.code == code), None)
    n, who = before.n + 1 if before else 1, work.principal.subject
    said = Successor(bureau, code, n, to or None, elsewhere, end.day, document, who, work.now)
    await successors.say(work.db, work.scope, said)
    await journal.note(
        work.db,
        work.scope,
        actor=work.principal,
        action="site.import",
        target=f"site/{bureau}/{code}",
        why=document,
        before={"successor": before and (before.successor or before.elsewhere)},
        after={"successor": to or elsewhere, "day": end.day.isoformat()},
        at=work.now,
    )
    return said


async def successors_of(work: Work, bureau: str, code: str) -> tuple[Successor, ...]:
    """The last words about a site of a visible roster, and about those that lead to it."""
    work.require("site.read", bureau=bureau)
    return await successors.around(work.db, work.scope, bureau, code)


async def _around(work: Work, code: str) -> tuple[Successor, ...]:
    return await successors.around(work.db, work.scope, work.scope.bureau, code)
