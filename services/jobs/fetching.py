"""Every night the files other systems have for a bureau are fetched and checked; nobody's roster changes."""

from collections import Counter

from policies.errors import Problem
from services.connectors.profiles import incoming
from services.jobs.orders import SYSTEM, system_of
from services.logs import say
from services.usecases.fetch_inbound import fetch_now
from services.work import App
from tenants.rows import Json
from tenants.scope import Scope
from tenants.stores import connections


async def fetch_all(app: App, bureau: str) -> Json:
    """Fetch by every connection of a bureau by which files come in.

    Returns:
        How many connections were asked, how many files were kept, how many could not be had.
    """
    scope = Scope.own(bureau, SYSTEM)
    async with app.database.unit(scope, read_only=True) as db:
        standing = await connections.live(db, scope, bureau)
    counts = Counter(asked=0, kept=0, failed=0)
    for connection in standing:
        if connection.profile not in incoming() or connection.mode == "manual":
            continue
        counts["asked"] += 1
        try:
            made = await fetch_now(app, system_of(bureau), connection.id)
        except Problem as problem:
            say("inbound.stopped", bureau=bureau, level="warning", problem=problem.code)
            counts["failed"] += 1
            continue
        counts["kept"] += made.kept
        counts["failed"] += made.failed
    return dict(counts)
