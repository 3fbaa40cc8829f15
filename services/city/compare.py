"""Comparison of the bureaus below: drawn, required, done, late, published."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromQuery
from litestar.response import Template

from policies.terms import Period
from services.sheets.writer import write_csv
from services.views.alarms import alarms_of
from services.views.desk import Here, here
from services.views.periods import chosen_period, period_of
from services.views.progress import DistrictLine, district_line, progress_of
from services.web.depends import InWork
from services.web.pages import page
from services.work import Work
from tenants.external_rows import PlatformList
from tenants.rows import Draw
from tenants.stores import draws, tasks, visits

AnyRequest = Request[Any, Any, Any]
COLUMNS = tuple(DistrictLine.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The quarter of every bureau in sight; totals count those that drew.

    Attributes:
        alarms: draws, of any quarter, that the platform's list contradicts; numbers only.
    """

    here: Here
    period: Period
    periods: tuple[Period, ...]
    lines: tuple[DistrictLine, ...]
    alarms: tuple[PlatformList, ...] = ()

    @property
    def totals(self) -> dict[str, int]:
        """Sums of every number; a bureau without a draw adds nothing."""
        numbers = COLUMNS[2:]
        return {name: sum(getattr(line, name) or 0 for line in self.lines) for name in numbers}


@get("/city", action="city.compare")
async def show(request: AnyRequest, work: InWork, period: FromQuery[str] = "") -> Template:
    """The table."""
    data = await comparison(work, period)
    return page(request, "city/compare.html", here=data.here, data=data)


@get(["/city.csv", "/city.json"], action="city.compare")
async def export(request: AnyRequest, work: InWork, period: FromQuery[str] = "") -> Response[bytes]:
    """The table as a file."""
    data = await comparison(work, period)
    rows = [asdict(line) for line in data.lines]
    if request.url.path.endswith(".json"):
        body = json.dumps({"period": str(data.period), "rows": rows}, ensure_ascii=False)
        return Response(body.encode(), media_type="application/json")
    headers = {"content-disposition": f'attachment; filename="districts-{data.period}.csv"'}
    table = write_csv(COLUMNS, [[row[name] for name in COLUMNS] for row in rows])
    return Response(table, media_type="text/csv", headers=headers)


async def comparison(work: Work, wanted: str = "") -> Comparison:
    """Every visible bureau in a quarter, the own one first."""
    work.require("city.compare")
    where = await here(work)
    every = {code: await draws.recent(work.db, work.scope, code, 100) for code in work.scope.visible}
    known = {Period.parse(d.period) for found in every.values() for d in found}
    periods = tuple(sorted(known, reverse=True))
    period = chosen_period(period_of(work.today), periods, wanted)
    lines = [
        await _line(work, where, code, [d for d in found if d.period == str(period)], period)
        for code, found in every.items()
    ]
    return Comparison(where, period, periods, tuple(lines), await alarms_of(work))


async def _line(work: Work, where: Here, code: str, found: Sequence[Draw], period: Period) -> DistrictLine:
    live = [d for d in found if d.state != "void"]
    progress = [
        progress_of(await tasks.of_draw(work.db, work.scope, code, d.draw_no), work.today) for d in live
    ]
    recorded = await visits.of_period(work.db, work.scope, code, period)
    return district_line(code, where.names.get(code, code), found, progress, recorded, work.today)


routes = [show, export]
