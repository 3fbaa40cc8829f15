"""How good a roster is: what is filled in, and which places need a look, with a sketch of them."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from policies.roster.gaps import EVIDENCE, PLACE, Tally, filled, tally, wanted
from policies.roster.outliers import Outlier, outliers
from policies.terms import Site, SiteStatus
from services.geo import inside, outline, to_wgs84
from services.ruling.roster_form import RosterForm, roster_form
from services.views.desk import Here, here
from services.views.road_map import HEIGHT, WIDTH, Sheet, frame_of
from services.work import Work
from tenants.stores import evidence, sites

BATCH = 2000
MOST = 500  # rows of the table; the number beside it is of all
EDGE = 8.0  # map units: who lies a little beyond stands at the edge
AROUND = 0.25  # degrees beyond the outline that the sketch still shows


@dataclass(frozen=True, slots=True)
class Dot:
    """A site on the sketch, in map units."""

    code: str
    name: str
    x: float
    y: float
    kind: str


@dataclass(frozen=True, slots=True)
class FieldGap:
    """A field: its heading, how many sites lack it, and whether an import without it is refused today."""

    key: str
    heading: str
    count: int
    required: bool


@dataclass(frozen=True, slots=True)
class Quality:
    """A roster's quality; closed and moved sites are left out.

    Attributes:
        gaps: fields that some site lacks, the most lacked first.
        outliers: at most `MOST` rows; `total` of all. dots: those the sketch shows, `beyond` it: the others.
        frame: outline of the division as an SVG path, "" where there is none.
    """

    here: Here
    tally: Tally
    gaps: tuple[FieldGap, ...]
    outliers: tuple[Outlier, ...]
    total: int
    dots: tuple[Dot, ...]
    beyond: int
    frame: str
    width: int = WIDTH
    height: int = HEIGHT


async def site_quality(work: Work, bureau: str = "") -> Quality:
    """The quality of a visible bureau's roster. Raises Stranger for a bureau out of sight."""
    whose = bureau or work.scope.bureau
    work.require("site.read", bureau=whose)
    form = await roster_form(work, whose)
    counted, every = await _read(work, whose, form)
    found = await asyncio.to_thread(outliers, every, whose, inside)
    dots, frame, beyond = await asyncio.to_thread(_sketch, whose, found, every)
    return Quality(
        await here(work, whose), counted, _gaps(form, counted), found[:MOST], len(found), dots, beyond, frame
    )


def gap_headings(form: RosterForm) -> dict[str, str]:
    """Field → heading, of the fields a site may lack."""
    headings = {column.key: column.heading for column in form.layout.columns}
    return headings | {PLACE: f"{headings['lon']}、{headings['lat']}", EVIDENCE: "特殊监管对象的有效证据"}


async def _read(work: Work, bureau: str, form: RosterForm) -> tuple[Tally, list[Site]]:
    """Page by page, so that others are served in between."""
    fields = wanted(form.required, [one.code for one in form.extra])
    counted, every, after = tally(()), list[Site](), ""
    while rows := await sites.listing(work.db, work.scope, bureau, after=after, limit=BATCH):
        live = [one for one in rows if one.status in (SiteStatus.ACTIVE, SiteStatus.SUSPENDED)]
        special = [one.code for one in live if one.special]
        shown = await evidence.shown(work.db, work.scope, bureau, special, work.today) if special else ()
        counted = tally((filled(one, fields, shown) for one in live), counted)
        every += live
        after = rows[-1].code
    return counted, every


def _gaps(form: RosterForm, counted: Tally) -> tuple[FieldGap, ...]:
    headings = gap_headings(form)
    found = (FieldGap(key, headings[key], count, key in form.required) for key, count in counted.gaps.items())
    return tuple(sorted(found, key=lambda one: (-one.count, one.key)))


def _sketch(bureau: str, found: Sequence[Outlier], every: Sequence[Site]) -> tuple[tuple[Dot, ...], str, int]:
    """What lies within or near the outline; without one, nothing."""
    area = outline(bureau)
    if area is None:
        return (), "", len(found)
    left, low, right, high = area.bounds
    sheet = Sheet([(left - 0.02, low - 0.02), (right + 0.02, high + 0.02)])
    datums = {one.code: one.datum for one in every}
    dots = []
    for one in found:
        if one.kind in ("missing", "impossible"):
            continue
        lon, lat = to_wgs84(one.lon, one.lat, datums[one.code])
        if left - AROUND <= lon <= right + AROUND and low - AROUND <= lat <= high + AROUND:
            x, y = sheet.at(lon, lat)
            x, y = min(max(x, EDGE), WIDTH - EDGE), min(max(y, EDGE), HEIGHT - EDGE)
            dots.append(Dot(one.code, one.name, x, y, one.kind))
    return tuple(dots), frame_of(bureau, sheet), len(found) - len(dots)
