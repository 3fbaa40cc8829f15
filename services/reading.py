"""A superior reads what a bureau has not published: the read stands in that bureau's own journal.

The row is written in the transaction that reads, into the journal of the bureau that was read, so that the
bureau sees who looked at what, from where and when. Basis: our own duty towards the bureaus below; no text
prescribes it.
"""

from collections.abc import Iterable
from dataclasses import replace
from itertools import groupby
from typing import Any
from weakref import WeakKeyDictionary

from policies.access import ACTIONS
from policies.terms import Principal
from services.work import Work
from tenants import journal
from tenants.entering import enter
from tenants.scope import Scope
from tenants.stores.superior_reads import READER
from tenants.unavailable import BureauUnavailable

LONGEST = 300
# What a unit of work has noted already: the same thing read twice in one transaction is one read.
_NOTED: WeakKeyDictionary[object, set[tuple[str, str, str]]] = WeakKeyDictionary()


def from_above(reader: Principal, action: str, bureau: str) -> bool:
    """Whether `action` shows the reader unpublished rows of another bureau than the one of the session."""
    outside = bool(reader.subject and bureau and reader.bureau and bureau != reader.bureau)
    return outside and "anonymous" not in ACTIONS[action]


async def note_read(work: Work, bureau: str, action: str, target: str, why: str = "") -> None:
    """Write the read into the journal of the bureau that was read.

    Args:
        work: of the reader; a transaction that may write.
        bureau: whose rows were read.
        action: the action of the matrix that allowed it.
        target: what was read: the page's address, or the record.
        why: the reason given; lists ask for none, sealed material does.
    """
    await _note_together(work, (bureau,), action, target, why)


async def note_reads(work: Work, bureaus: Iterable[str], action: str, target: str, why: str = "") -> None:
    """The same in every bureau read except the reader's own, always in the order of their codes.

    One order for all, superiors first: two readers of the same bureaus then wait and never block each other,
    also where no single database could see that they do. Neighbours in that order that live together are
    written together.
    """
    codes = [one for one in sorted({*bureaus}) if from_above(work.principal, action, one)]
    groups = await work.placed(codes)
    home = {code: place for place, group in enumerate(groups) for code in group}
    for _, together in groupby(codes, key=home.__getitem__):
        await _note_together(work, tuple(together), action, target, why)


async def _note_together(work: Work, bureaus: tuple[str, ...], action: str, target: str, why: str) -> None:
    """In each of some bureaus of one database; what this unit of work has noted already is left out."""
    told = _NOTED.setdefault(work.unit, set())
    new = [code for code in bureaus if (code, action, target) not in told]
    told.update((code, action, target) for code in new)
    values: dict[str, Any] = {"actor": work.principal.subject, "actor_name": work.principal.name}
    values |= {"action": action, "target": target[:LONGEST], "why": why, "before": None, "at": work.now}
    values["after"] = {READER: work.principal.bureau, "roles": sorted(work.principal.roles)}
    seen = [code for code in new if code in work.scope.visible]
    if seen:
        heads = await journal.heads(await work.at(seen[0]), work.scope, seen)
        async with work.inside(seen[0]) as there:
            for code, head in heads.items():
                await journal.follow(there.db, await _within(there, code), head, values)
    for code in new:
        if code not in work.scope.visible:
            async with work.inside(code) as there:
                found = {name: value for name, value in values.items() if not name.startswith("actor")}
                await journal.note(there.db, there.scope, actor=work.principal, **found)


async def _within(there: Work, code: str) -> Scope:
    """The scope of another bureau of the same database, entered; the way back is the caller's.

    Raises:
        BureauUnavailable: it has just moved away; the whole unit is lost.
    """
    if code == there.scope.bureau:
        return there.scope
    scope = Scope.own(code, there.principal.subject)
    if code not in await enter(there.db, scope):
        raise BureauUnavailable(code, "moving")
    return scope


async def placed(work: Work, bureau: str) -> Work:
    """The same work with `db` in the database `bureau` lives in; scope and person stay the reader's.

    Raises:
        BureauUnavailable: that database cannot be reached.
    """
    return replace(work, db=await work.at(bureau))
