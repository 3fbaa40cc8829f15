"""The inspector's door: own visits from their first day, and the record made on site."""

from services.field import app, app_data, arrivals, codes, recusals, sheets, tasks, visits

routes = [
    *app.routes,
    *app_data.routes,
    *tasks.routes,
    *arrivals.routes,
    *codes.routes,
    *sheets.routes,
    *visits.routes,
    *recusals.routes,
]
