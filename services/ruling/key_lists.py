"""The key lists in force for a county, read from what its superiors have published."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from policies.roster.key_list import Listed, in_force
from services.work import App
from tenants.records import PublicNotice
from tenants.stores import public

_MOST = 50


@dataclass(frozen=True, slots=True)
class Document:
    """A published list: the bureau that issued it, its document and day, the notice that publishes it."""

    bureau: str
    text: str
    issued_on: str
    notice: str
    published_at: datetime


@dataclass(frozen=True, slots=True)
class YearList:
    """The published lists of a year, put together.

    Attributes:
        entries: by code. sources: the documents, oldest first, e.g. "包头市…名录（2026-03-20）".
        notices: addresses of the notices below the site's root. documents: the same with their parts.
    """

    year: int
    entries: dict[str, Listed]
    sources: tuple[str, ...]
    notices: tuple[str, ...]
    documents: tuple[Document, ...] = ()

    @property
    def version(self) -> int:
        """How many lists and supplements stand: the first one is version 1."""
        return len(self.notices)

    def mark_of(self, division: str) -> str:
        """SHA-256 of what the list says of one county: equal marks, equal list."""
        lines = sorted(code for code in self.codes_of(division))
        return sha256("\n".join([str(self.year), *lines]).encode()).hexdigest()

    def codes_of(self, division: str) -> frozenset[str]:
        """Codes listed for a county, or for no county in particular."""
        return frozenset(code for code, one in self.entries.items() if one.division in ("", division))

    def as_dict(self) -> dict[str, Any]:
        """What a report says of the list it used."""
        return {
            "year": self.year,
            "count": len(self.entries),
            "sources": list(self.sources),
            "notices": list(self.notices),
        }


async def published_list(app: App, bureau: str, year: int) -> dict[str, Listed]:
    """Code → entry of the year's lists of the bureau and those above it; empty when none is published."""
    return _merged(await _notices(app, bureau), year).entries


async def year_list(app: App, bureau: str, year: int) -> YearList | None:
    """The lists of one year put together; None when none is published."""
    found = [n for n in await _notices(app, bureau) if int(n.body["year"]) == year]
    return _merged(found, year) if found else None


async def list_in_force(app: App, bureau: str, on: date) -> YearList | None:
    """The newest published list for a year up to the next one; None when there is none.

    A list for the coming year counts as soon as it is published: rosters are brought in order before it.
    """
    found = [n for n in await _notices(app, bureau) if int(n.body["year"]) <= on.year + 1]
    if not found:
        return None
    return _merged(found, max(int(n.body["year"]) for n in found))


async def _notices(app: App, bureau: str) -> list[PublicNotice]:
    """Standing notices with a list, of the bureau and those above it, oldest first."""
    async with app.portal.public() as db:
        entry = await public.public_bureau(db, bureau)
    found: list[PublicNotice] = []
    for code in entry.path:
        async with app.portal.public(code) as db:
            found += await public.public_list(db, code, "key_list", limit=_MOST)
    standing = (notice for notice in found if notice.withdrawn_at is None)
    return sorted(standing, key=lambda notice: notice.published_at)


def _merged(notices: Sequence[PublicNotice], year: int) -> YearList:
    """Lists of one year: those of each bureau in their order, then all together."""
    wanted = [notice for notice in notices if notice.body.get("year") == year]
    by_city: dict[str, list[PublicNotice]] = {}
    for notice in wanted:
        by_city.setdefault(notice.bureau, []).append(notice)
    entries: dict[str, Listed] = {}
    for some in by_city.values():
        entries |= in_force((notice.body["list_kind"], _entries(notice)) for notice in some)
    return YearList(
        year,
        entries,
        tuple(f"{notice.body['text']}（{notice.body['issued_on']}）" for notice in wanted),
        tuple(f"/b/{notice.bureau}/notices/{notice.id}" for notice in wanted),
        tuple(
            Document(n.bureau, n.body["text"], str(n.body["issued_on"]), str(n.id), n.published_at)
            for n in wanted
        ),
    )


def _entries(notice: PublicNotice) -> tuple[Listed, ...]:
    return tuple(
        Listed(
            one.get("credit_code") or one["site_code"],
            one["name"],
            one["division"],
            tuple(one["categories"]),
        )
        for one in notice.body["entries"]
    )
