"""The roster as a list: what the form asks for, in which order, one page, and how many there are."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

from policies.roster.columns import POLLUTION
from policies.terms import Site, SiteStatus, Stratum
from services.work import Work
from tenants.stores import sites

PAGE = 50
MOST = 10_000  # beyond it sites that fit are not counted
_HELD = 200
_ORDERS = ("code", "name", "-code", "-name")
_BREAK = "|"  # no code holds it


@dataclass(slots=True)
class _Counted:
    """What was counted of a roster since its change `last`: the whole, and by question."""

    last: str
    counts: dict[str, int] | None = None
    found: dict[tuple[object, ...], int] = field(default_factory=dict)


# database → bureau → what stands as long as the roster does
_counted: WeakKeyDictionary[object, dict[str, _Counted]] = WeakKeyDictionary()


@dataclass(frozen=True, slots=True)
class SiteQuery:
    """What the form asks for; empty = everything. Unknown words count as empty.

    `sort`: "code" or "name", with a minus the last first.
    """

    bureau: str
    text: str = ""
    stratum: str = ""
    status: str = ""
    division: str = ""
    industry: str = ""
    pollution: str = ""
    lacks: str = ""
    sort: str = "code"

    @classmethod
    def of(cls, work: Work, bureau: str, asked: Mapping[str, str]) -> "SiteQuery":
        """A query as typed; the bureau is the one acted for unless another is named.

        Args:
            asked: fields of the form as sent; those left out are empty.
        """

        def text(name: str, longest: int) -> str:
            return str(asked.get(name, "")).strip()[:longest]

        def one_of(name: str, known: Container[str]) -> str:
            return found if (found := text(name, 20)) in known else ""

        return cls(
            bureau or work.scope.bureau,
            text("q", 80),
            one_of("stratum", set(Stratum)),
            one_of("status", set(SiteStatus)),
            text("division", 12),
            text("industry", 40),
            one_of("pollution", POLLUTION),
            text("lacks", 40),
            one_of("sort", _ORDERS) or "code",
        )

    @property
    def filtered(self) -> bool:
        """Whether it asks for less than the whole roster."""
        asked = (self.text, self.stratum, self.status, self.division, self.industry, self.pollution)
        return any((*asked, self.lacks))


@dataclass(frozen=True, slots=True)
class SiteList:
    """One page.

    Attributes:
        counts: of the whole roster, see `stores.sites.counts`. next: the cursor after it, "" on the last.
        found: how many sites fit the query, `MOST` + 1 where more than `MOST` do.
    """

    query: SiteQuery
    rows: tuple[Site, ...]
    counts: dict[str, int]
    next: str
    found: int


async def listing_data(work: Work, query: SiteQuery, after: str) -> SiteList:
    """One page of the roster. Raises Stranger for a bureau out of sight."""
    work.require("site.read", bureau=query.bureau)
    found = await page_of(work, query, after, PAGE + 1)
    rows, counts = found[:PAGE], await counts_of(work, query.bureau)
    more = len(found) > PAGE
    if not query.filtered:
        number = counts["all"]
    elif not after and not more:
        number = len(rows)
    else:
        number = await _matching(work, query)
    return SiteList(query, rows, counts, cursor(query, rows[-1]) if more else "", number)


async def page_of(work: Work, query: SiteQuery, after: str, limit: int) -> tuple[Site, ...]:
    """The next `limit` rows of a query after a cursor."""
    name, _, code = after.rpartition(_BREAK)
    return await sites.listing(
        work.db,
        work.scope,
        query.bureau,
        stratum=query.stratum or None,
        status=query.status or None,
        text=query.text or None,
        division=query.division,
        industry=query.industry,
        pollution=query.pollution,
        lacking=query.lacks,
        on=work.today,
        by_name=query.sort.endswith("name"),
        down=query.sort.startswith("-"),
        after=code,
        after_name=name,
        limit=limit,
    )


def cursor(query: SiteQuery, last: Site) -> str:
    """Where the next page begins."""
    return f"{last.name}{_BREAK}{last.code}" if query.sort.endswith("name") else last.code


async def counts_of(work: Work, bureau: str) -> dict[str, int]:
    """`stores.sites.counts`, counted once for each state of the roster."""
    held = await _held(work, bureau)
    if held.counts is None:
        held.counts = await sites.counts(work.db, work.scope, bureau)
    return dict(held.counts)


async def _matching(work: Work, query: SiteQuery) -> int:
    held = await _held(work, query.bureau)
    asked = (query.text, query.stratum, query.status, query.division, query.industry, query.pollution)
    key = (*asked, query.lacks, work.today if query.lacks else None)
    if key not in held.found:
        held.found[key] = await sites.matching(
            work.db,
            work.scope,
            query.bureau,
            stratum=query.stratum or None,
            status=query.status or None,
            text=query.text or None,
            division=query.division,
            industry=query.industry,
            pollution=query.pollution,
            lacking=query.lacks,
            on=work.today,
            most=MOST,
        )
    return held.found[key]


async def _held(work: Work, bureau: str) -> _Counted:
    """What was counted of the roster as it stands; nothing of another state, bureau or database."""
    last = await sites.last_change(work.db, work.scope, bureau)
    kept = _counted.setdefault(work.app.database, {})
    if bureau not in kept or kept[bureau].last != last or len(kept[bureau].found) > _HELD:
        kept[bureau] = _Counted(last)
    return kept[bureau]
