"""A recipient of a filing answered: its receipt is noted. Basis: obligations 18 and 20."""

from policies.errors import Missing
from services.reading import placed
from services.ruling.filings import RECEIPT, Filing, filings_of, target_of
from services.ruling.rule_choice_errors import FieldMissing
from services.work import Work
from tenants import journal

_LONGEST = 200


async def note_receipt(work: Work, about: str, recipient: str, receipt: str) -> Filing:
    """Note the receipt of one filing of the bureau acted for; a later one is shown, both stay kept.

    Args:
        about: "plan/<year>/<version>" or "draw/<number>". recipient: its code in the rules.
        receipt: number, day or words of the receipt.

    Raises:
        Missing: nothing was filed there. FieldMissing: no receipt, or more than 200 characters.
    """
    work.require("filing.receipt")
    return await _note(work, about, recipient, receipt.strip())


async def acknowledge_filing(work: Work, about: str, recipient: str) -> Filing:
    """A recipient of filings with a login of its own acknowledges one: name and moment are the receipt.

    Raises:
        Missing: nothing was filed there.
    """
    work.require("filing.acknowledge")
    return await _note(work, about, recipient, f"{work.principal.name} 在本系统中确认收到")


async def receive_filing(work: Work, bureau: str, about: str) -> Filing:
    """The superior acknowledges what a bureau below filed with it; both journals say so.

    Raises:
        Missing: nothing was filed there with the bureau acted for.
    """
    work.require("filing.receive", bureau=bureau)
    # journals are held in the order of the codes, superiors first, see `services.reading`
    own = await placed(work, work.scope.bureau)
    await journal.note(
        own.db,
        own.scope,
        actor=work.principal,
        action="filing.receive",
        target=target_of(bureau, about, work.principal.bureau),
        at=work.now,
    )
    async with work.inside(bureau) as there:
        filed = {one.recipient for one in await filings_of(there, bureau, about)}
        if work.principal.bureau not in filed:
            raise Missing(f"{about} {bureau}"[:80], what="备案")
        await journal.note(
            there.db,
            there.scope,
            actor=work.principal,
            action=RECEIPT,
            target=target_of(bureau, about, work.principal.bureau),
            why=f"{work.principal.name} 在本系统中确认收到",
            after={"recipient": work.principal.bureau},
            at=work.now,
        )
        found = await filings_of(there, bureau, about)
    return next(one for one in found if one.recipient == work.principal.bureau)


async def _note(work: Work, about: str, recipient: str, words: str) -> Filing:
    bureau = work.scope.bureau
    filed = {one.recipient for one in await filings_of(work, bureau, about)}
    if recipient not in filed:
        raise Missing(f"{about} {recipient}"[:80], what="备案")
    if not 0 < len(words) <= _LONGEST:
        raise FieldMissing(words[:40], field="回执", need=f"回执的文号、日期或说明，最多 {_LONGEST} 字")
    await journal.note(
        work.db,
        work.scope,
        actor=work.principal,
        action=RECEIPT,
        target=target_of(bureau, about, recipient),
        why=words,
        at=work.now,
    )
    return next(one for one in await filings_of(work, bureau, about) if one.recipient == recipient)
