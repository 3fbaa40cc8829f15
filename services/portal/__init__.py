"""The public's door: everything here is read through the portal role, whoever asks."""

from services.portal import bureau, draws, home, log, notices, settings, verify

routes = [
    *home.routes,
    *bureau.routes,
    *draws.routes,
    *notices.routes,
    *verify.routes,
    *log.routes,
    *settings.routes,
]
