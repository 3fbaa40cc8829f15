"""The superior's door: districts side by side, their audits, and what a city draws over their rosters."""

from services.city import (
    audits,
    bureaus,
    compare,
    districts,
    leaks,
    ledger,
    overlay,
    papers,
    reveals,
    supervision,
    voices,
    waivers,
    workbook,
)

routes = [
    *compare.routes,
    *supervision.routes,
    *districts.routes,
    *audits.routes,
    *overlay.routes,
    *workbook.routes,
    *papers.routes,
    *bureaus.routes,
    *reveals.routes,
    *leaks.routes,
    *ledger.routes,
    *voices.routes,
    *waivers.routes,
]
