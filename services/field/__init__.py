"""The inspector's door: own visits from their first day, the record made on site, and the firm's own page."""

from services.field import (
    app,
    app_data,
    arrivals,
    codes,
    firm,
    recusals,
    requests,
    sheets,
    tasks,
    visited,
    visits,
)

routes = [
    *app.routes,
    *app_data.routes,
    *tasks.routes,
    *arrivals.routes,
    *codes.routes,
    *firm.routes,
    *visited.routes,
    *sheets.routes,
    *visits.routes,
    *recusals.routes,
    *requests.routes,
]
