"""The programs' door: everything the line does, as JSON under /api/v1, described by OpenAPI.

Nouns at the top (`/draws`, `/notices`, `/log`, `/verify`) are public and read as the portal role; nouns below
`/bureaus/{bureau}` are work, and whoever has no business there is answered as if nothing were there.
"""

from litestar import Router

from services.api import (
    audits,
    bureaus,
    calendar,
    ceremony,
    changes,
    clients,
    companions,
    comparison,
    dispatch,
    draws,
    external,
    filings,
    glass,
    handovers,
    imports,
    intents,
    journal,
    key_lists,
    leaks,
    log,
    logins,
    notices,
    notify,
    officers,
    onboarding,
    once,
    organisation,
    people,
    plans,
    public_draws,
    public_notices,
    rules,
    rules_choices,
    rules_published,
    rules_revocations,
    rules_texts,
    running,
    sections,
    sites,
    superior_reads,
    system,
    tasks,
    traces,
    trainings,
    uploads,
    verify,
    visits,
    voids,
    waivers,
    witnessing,
)
from services.drawing.external_errors import PlatformListRefused
from services.visiting.visit_errors import RosterRefused

_NOUNS = {
    "intents": intents.routes,
    "bureaus": [
        *bureaus.routes,
        *onboarding.routes,
        *comparison.routes,
        *audits.routes,
        *superior_reads.routes,
        *system.routes,
    ],
    "calendar": calendar.routes,
    "rules": [
        *rules.routes,
        *rules_choices.routes,
        *rules_texts.routes,
        *rules_revocations.routes,
        *rules_published.routes,
    ],
    "organisation": [
        *organisation.routes,
        *key_lists.routes,
        *logins.routes,
        *people.routes,
        *handovers.routes,
        *clients.routes,
        *notify.routes,
        *glass.routes,
        *waivers.routes,
    ],
    "rosters": [
        *sites.routes,
        *officers.routes,
        *trainings.routes,
        *filings.routes,
        *imports.routes,
        *sections.routes,
    ],
    "plans": plans.routes,
    "draws": [
        *draws.routes,
        *ceremony.routes,
        *running.routes,
        *voids.routes,
        *external.routes,
        *changes.routes,
        *witnessing.routes,
    ],
    "visits": [
        *dispatch.routes,
        *tasks.routes,
        *visits.routes,
        *companions.routes,
        *uploads.routes,
        *notices.routes,
    ],
    "public": [*public_draws.routes, *public_notices.routes, *verify.routes, *waivers.public_routes],
    "secrecy": [*leaks.routes, *traces.routes],
    "log": log.routes,
    "journal": journal.routes,
}

routes = [
    Router(
        "/api/v1",
        route_handlers=[Router("/", route_handlers=found, tags=[noun]) for noun, found in _NOUNS.items()],
        dependencies=once.dependencies(),
        exception_handlers={RosterRefused: imports.refused, PlatformListRefused: external.refused},
    )
]
