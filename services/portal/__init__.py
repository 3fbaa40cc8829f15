"""The public's door: everything here is read through the portal role, whoever asks."""

from services.portal import (
    bureau,
    door,
    draws,
    feeds,
    home,
    live,
    log,
    notices,
    papers,
    settings,
    standing,
    verify,
)

routes = [
    *home.routes,
    *bureau.routes,
    *draws.routes,
    *live.routes,
    *notices.routes,
    *papers.routes,
    *feeds.routes,
    *standing.routes,
    *verify.routes,
    *door.routes,
    *log.routes,
    *settings.routes,
]
