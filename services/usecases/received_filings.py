"""What was filed with the reader: a government its bureau's filings, a superior those from below.

Nothing is opened: counts, fingerprints and the sealed copy as it is kept. Basis: obligations 18 and 20.
"""

from policies.errors import Missing
from services.fanout import Noted, Spanned, over
from services.ruling.filings import Filing, every_filing, filings_of
from services.work import Work
from tenants.sealed_copy import SealedPart, sealed_parts
from tenants.stores import bureaus

NOTED = Noted("filing.read", "filings received")


async def received_filings(work: Work) -> Spanned[Filing]:
    """Filings addressed to the reader, newest first; those without a receipt before the others."""
    work.require("filing.read")
    own = work.scope.bureau
    below = [entry.code for entry in await bureaus.children(work.control, own)]
    seen = [code for code in below if code in work.scope.visible]
    if "filing_recipient" in work.principal.roles:
        seen = [own, *seen]

    async def read(there: Work, codes: tuple[str, ...]) -> tuple[Filing, ...]:
        found = [await every_filing(there, code) for code in codes]
        return tuple(one for many in found for one in many if _mine(one, own))

    found = await over(work, seen, read, NOTED)
    return found.sorted_by(lambda one: (one.receipt != "", -one.at.timestamp(), one.bureau, one.about))


async def sealed_filing(work: Work, bureau: str, draw_no: int) -> tuple[Filing, tuple[SealedPart, ...]]:
    """The sealed copy of one drawn list, as it was when it was filed.

    Raises:
        Missing: no such list was filed with the reader.
    """
    work.require("filing.read", bureau=bureau)
    async with work.inside(bureau) as there:
        found = [one for one in await filings_of(there, bureau, f"draw/{draw_no}") if one.sealed]
        mine = next((one for one in found if _mine(one, work.principal.bureau)), None)
        if mine is None:
            raise Missing(f"{bureau} {draw_no}", what="备案")
        return mine, await sealed_parts(there.db, there.scope, bureau, draw_no, mine.parts)


def _mine(one: Filing, own: str) -> bool:
    """A superior reads what is addressed to it; within the own bureau it is the government that reads."""
    return one.recipient == own or one.bureau == own
