"""The inspector's door: own visits from their first day, and the record made on site."""

from services.field import codes, recusals, sheets, tasks, visits

routes = [*tasks.routes, *codes.routes, *sheets.routes, *visits.routes, *recusals.routes]
