"""The desk: rosters, plan, draws, dispatch, review, publication, journal. Every page needs a login."""

from services.desk import (
    calendar,
    draws,
    imports,
    journal,
    key_lists,
    notices,
    officers,
    onboarding,
    organisation,
    plan,
    rule_choices,
    rules,
    sites,
    uploads,
    visits,
    workbench,
)

routes = [
    *workbench.routes,
    *sites.routes,
    *officers.routes,
    *imports.routes,
    *rules.routes,
    *rule_choices.routes,
    *organisation.routes,
    *key_lists.routes,
    *onboarding.routes,
    *calendar.routes,
    *plan.routes,
    *draws.routes,
    *visits.routes,
    *uploads.routes,
    *notices.routes,
    *journal.routes,
]
