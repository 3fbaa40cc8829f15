"""For the city: which bureau below has taken over which version of its key list, and who has not."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from services.fanout import Noted, Spanned, over
from services.ruling.key_lists import YearList, year_list
from services.work import Work
from tenants.evidence_rows import Taking
from tenants.stores import bureaus, key_takes

Standing = Literal["current", "older", "none", "unpublished"]
NOTED = Noted("organisation.read", "key list takings")


@dataclass(frozen=True, slots=True)
class Stands:
    """How a bureau stands to the list.

    Attributes:
        state: it has the list of now, an older one, none; or there is none to take.
        since: when it took the one it has; for who lacks the list of now: when that one was published.
    """

    bureau: str
    name: str
    state: Standing
    taking: Taking | None
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Takings:
    """All bureaus below that keep a roster of their own, by code; `version` of the list of now, 0 = none."""

    year: int
    version: int
    sources: tuple[str, ...]
    rows: Spanned[Stands]


async def key_list_takings(work: Work, year: int) -> Takings:
    """Who below the reader has taken over the year's list. Reads only; each bureau read is told."""
    work.require("organisation.read")
    own = work.scope.bureau
    entries = {one.code: one for one in await bureaus.all_(work.control)}
    below = [code for code in work.scope.visible if code != own and entries[code].level == "county"]
    listed = {code: await year_list(work.app, code, year) for code in below}

    async def read(there: Work, codes: tuple[str, ...]) -> tuple[Stands, ...]:
        db = await there.at(codes[0])
        found = {one.bureau: one for one in await key_takes.latest(db, there.scope, codes, year)}
        return tuple(_standing(code, entries[code].name, listed[code], found.get(code)) for code in codes)

    rows = (await over(work, below, read, NOTED)).sorted_by(lambda one: one.bureau)
    mine = await year_list(work.app, own, year)
    return Takings(year, mine.version if mine else 0, mine.sources if mine else (), rows)


def _standing(code: str, name: str, listed: YearList | None, taking: Taking | None) -> Stands:
    if listed is None:
        return Stands(code, name, "unpublished", taking, taking.at if taking else None)
    published = max(one.published_at for one in listed.documents)
    if taking is None:
        return Stands(code, name, "none", None, published)
    if taking.mark != listed.mark_of(code):
        return Stands(code, name, "older", taking, published)
    return Stands(code, name, "current", taking, taking.at)
