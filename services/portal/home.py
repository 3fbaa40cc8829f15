"""The front page: every bureau of the deployment, this quarter at a glance, the newest notices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from litestar import Request, get
from litestar.params import FromQuery
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncConnection

from policies.terms import Period
from services.clock import today
from services.views.bureaus import in_tree_order, names_of, tree
from services.views.notices import NoticeRow, notice_rows
from services.views.periods import chosen_period, period_of
from services.web.depends import InApp, InPublic
from services.web.pages import page
from tenants.records import PublicDraw
from tenants.rows import BureauEntry
from tenants.stores import public as store
from tenants.stores.public_numbers import published_results

NEWEST = 8


@dataclass(frozen=True, slots=True)
class BureauLine:
    """A bureau on the front page.

    Attributes:
        depth: 0 province, 1 city, 2 county.
        drawn: visits drawn for the quarter; None when nothing was drawn.
        published: results of these made public.
        draws: the quarter's draws, void ones included, newest first.
    """

    code: str
    name: str
    depth: int
    drawn: int | None
    published: int
    draws: tuple[PublicDraw, ...]


@dataclass(frozen=True, slots=True)
class Front:
    """Data of the front page; `periods` are the quarters that have draws, newest first."""

    period: Period
    periods: tuple[Period, ...]
    lines: tuple[BureauLine, ...]
    notices: tuple[NoticeRow, ...]

    @property
    def drawn(self) -> int:
        """Visits drawn this quarter in all bureaus."""
        return sum(line.drawn or 0 for line in self.lines)

    @property
    def published(self) -> int:
        """Results of these made public."""
        return sum(line.published for line in self.lines)

    @property
    def bureaus(self) -> int:
        """Bureaus that drew this quarter."""
        return sum(line.drawn is not None for line in self.lines)


@get("/", action="public.read")
async def front(
    request: Request[Any, Any, Any], public: InPublic, app: InApp, period: FromQuery[str] = ""
) -> Template:
    """Front page of the deployment; `period` shows another quarter."""
    data = await front_data(public, period_of(today(app.clock)), period)
    return page(request, "portal/home.html", front=data)


async def front_data(db: AsyncConnection, now: Period, wanted: str = "") -> Front:
    """What the front page shows.

    Args:
        now: the quarter of today.
        wanted: a quarter asked for; without it the present one, or the newest with a draw if it has none.
    """
    entries = in_tree_order(await tree(db))
    every = await store.public_draws(db, limit=500)
    periods = tuple(sorted({Period.parse(d.period) for d in every}, reverse=True))
    period = chosen_period(now, periods, wanted)
    draws = [d for d in every if d.period == str(period)]
    results = await published_results(db, str(period))
    notices = await store.public_list(db, limit=NEWEST)
    lines = tuple(_line(entry, draws, results) for entry in entries)
    return Front(period, periods, lines, notice_rows(notices, names_of(entries)))


def _line(
    entry: BureauEntry, draws: Sequence[PublicDraw], results: Mapping[tuple[str, int], int]
) -> BureauLine:
    own = tuple(d for d in draws if d.bureau == entry.code)
    live = [d for d in own if d.state != "void"]
    drawn = sum(s["take"] for d in live for s in (d.manifest or d.summary or {})["strata"]) if live else None
    done = sum(results.get((d.bureau, d.draw_no), 0) for d in live)
    return BureauLine(entry.code, entry.name, len(entry.path) - 1, drawn, done, own)


routes = [front]
