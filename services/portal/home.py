"""The front page: every bureau of the deployment, this quarter at a glance, the newest notices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from litestar import Request, get
from litestar.params import FromQuery
from litestar.response import Template
from sqlalchemy.ext.asyncio import AsyncConnection

from policies.terms import Period
from services.clock import today
from services.fanout import Absent, over_public
from services.views.bureaus import in_tree_order, names_of, tree
from services.views.notices import NoticeRow, newest_first, notice_rows
from services.views.periods import chosen_period, period_of
from services.web.depends import InApp, InPublic
from services.web.pages import page
from services.work import App
from tenants.records import PublicDraw, PublicNotice
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
    """Data of the front page.

    Attributes:
        periods: the quarters that have draws, newest first.
        absent: bureaus whose database does not answer: they have no numbers here and are in no sum.
        names: code → name of every bureau.
    """

    period: Period
    periods: tuple[Period, ...]
    lines: tuple[BureauLine, ...]
    notices: tuple[NoticeRow, ...]
    absent: tuple[Absent, ...]
    names: Mapping[str, str]

    @property
    def missing(self) -> Mapping[str, Absent]:
        """The absent by code."""
        return {one.code: one for one in self.absent}

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
    data = await front_data(app, public, period_of(today(app.clock)), period)
    return page(request, "portal/home.html", front=data)


@dataclass(frozen=True, slots=True)
class _Part:
    """What one database has published, of the bureaus that live in it."""

    draws: tuple[PublicDraw, ...]
    notices: tuple[PublicNotice, ...]


async def front_data(app: App, db: AsyncConnection, now: Period, wanted: str = "") -> Front:
    """What the front page shows.

    Args:
        app: the wiring; every database is asked.
        db: of the public role, for the tree of bureaus.
        now: the quarter of today.
        wanted: a quarter asked for; without it the present one, or the newest with a draw if it has none.
    """
    entries = in_tree_order(await tree(db))
    codes = [entry.code for entry in entries]
    asked = await over_public(app, db, _published, codes)
    every = [draw for part in asked.found for draw in part.draws]
    periods = tuple(sorted({Period.parse(d.period) for d in every}, reverse=True))
    period = chosen_period(now, periods, wanted)
    draws = [d for d in every if d.period == str(period)]
    answering = [code for code in codes if code not in asked.lacking]
    counted = await over_public(app, db, partial(_results, period=period), answering)
    notices = sorted((one for part in asked.found for one in part.notices), key=newest_first)[:NEWEST]
    lines = tuple(_line(entry, draws, dict(counted.found)) for entry in entries)
    names = names_of(entries)
    absent = (*asked.absent, *counted.absent)
    return Front(period, periods, lines, notice_rows(notices, names), absent, names)


async def _published(db: AsyncConnection, codes: tuple[str, ...]) -> tuple[_Part]:
    """Rows of the bureaus that live there; a move may have left others behind."""
    draws = await store.public_draws(db, limit=500, among=codes)
    return (_Part(draws, await store.public_list(db, limit=NEWEST, among=codes)),)


async def _results(
    db: AsyncConnection, codes: tuple[str, ...], period: Period
) -> list[tuple[tuple[str, int], int]]:
    found = await published_results(db, str(period))
    return [(key, count) for key, count in found.items() if key[0] in codes]


def _line(
    entry: BureauEntry, draws: Sequence[PublicDraw], results: Mapping[tuple[str, int], int]
) -> BureauLine:
    own = tuple(d for d in draws if d.bureau == entry.code)
    live = [d for d in own if d.state != "void"]
    drawn = sum(s["take"] for d in live for s in (d.manifest or d.summary or {})["strata"]) if live else None
    done = sum(results.get((d.bureau, d.draw_no), 0) for d in live)
    return BureauLine(entry.code, entry.name, len(entry.path) - 1, drawn, done, own)


routes = [front]
