"""What a supervisor looks at: visits beside the draw, caps, officers, what is late or not public."""

from typing import Any

from litestar import Request, get
from litestar.params import FromQuery
from litestar.response import Template

from policies.figures import FIGURES, OVERSIGHT
from services.ruling.ruleset import rules_for
from services.views.city_table import bad, words
from services.views.comparison import comparison
from services.views.supervision import exceptions
from services.web.depends import InWork
from services.web.pages import page


@get("/city/supervision", action="city.compare", noted=True)
async def show(request: Request[Any, Any, Any], work: InWork, period: FromQuery[str] = "") -> Template:
    """The exceptions of every bureau in sight, each number a link to its rows."""
    data = await comparison(work, period)
    return page(
        request,
        "city/supervision.html",
        here=data.here,
        data=data,
        found=exceptions(data.lines),
        columns=OVERSIGHT,
        figures=FIGURES,
        rules=await rules_for(work, work.scope.bureau),
        words=words,
        bad=bad,
    )


routes = [show]
