"""Comparison of the bureaus below: drawn, required, done, late, published."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from litestar import Request, Response, get
from litestar.params import FromQuery
from litestar.response import Template

from policies.figures import COLUMNS as FIGURE_COLUMNS
from policies.figures import FIGURES, SHARES
from services.fanout import Absent
from services.sheets.writer import write_csv
from services.views.city_table import bad, city_table, words
from services.views.comparison import COLUMNS, comparison
from services.views.progress import DistrictLine
from services.views.rosters import Cell
from services.web.depends import InWork
from services.web.pages import page

AnyRequest = Request[Any, Any, Any]


@get("/city", action="city.compare", noted=True)
async def show(
    request: AnyRequest,
    work: InWork,
    period: FromQuery[str] = "",
    sort: FromQuery[str] = "",
    order: FromQuery[str] = "",
    shade: FromQuery[str] = "",
) -> Template:
    """The table, sorted as asked, and the map of one share."""
    data = await comparison(work, period)
    table = city_table(data, sort, order, shade)
    return page(
        request,
        "city/compare.html",
        here=data.here,
        data=data,
        table=table,
        figures=FIGURES,
        columns=FIGURE_COLUMNS,
        shares=SHARES,
        words=words,
        bad=bad,
    )


@get(["/city.csv", "/city.json"], action="city.compare", noted=True)
async def export(request: AnyRequest, work: InWork, period: FromQuery[str] = "") -> Response[bytes]:
    """The table as a file; bureaus whose numbers are not known are named, without numbers."""
    data = await comparison(work, period)
    if request.url.path.endswith(".json"):
        body = json.dumps(data.as_dict(), ensure_ascii=False)
        return Response(body.encode(), media_type="application/json")
    headers = {"content-disposition": f'attachment; filename="districts-{data.period}.csv"'}
    table = write_csv((*COLUMNS, "missing"), [_cells(row, data.here.names) for row in data.rows])
    return Response(table, media_type="text/csv", headers=headers)


def _cells(row: DistrictLine | Absent, names: Mapping[str, str]) -> list[Cell]:
    if isinstance(row, DistrictLine):
        return [*asdict(row).values(), ""]
    return [row.code, names.get(row.code, row.code), *[None] * (len(COLUMNS) - 2), row.words()]


routes = [show, export]
