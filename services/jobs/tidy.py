"""What is forgotten by age, bureau by bureau: answered requests, told orders, refused rows of imports."""

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from services.jobs.orders import SYSTEM
from services.usecases.import_files import DAYS, is_given
from services.work import App
from tenants.rows import Json
from tenants.scope import Scope
from tenants.stores import idempotency, outbox

REQUESTS = timedelta(hours=48)
ORDERS = timedelta(days=90)
FILES = timedelta(days=30)
GIVEN = timedelta(days=DAYS + 1)  # the roster as it was handed in: of no use once the check has expired


async def tidy(app: App, bureau: str) -> Json:
    """Forget a bureau's answered requests, told orders and old files; the journal is never touched.

    Returns:
        How many of each.
    """
    scope = Scope.own(bureau, SYSTEM)
    async with app.database.unit(scope) as db:
        requests = await idempotency.clear(db, scope, app.clock.now() - REQUESTS)
        orders = await outbox.clear(db, scope, app.wall.now() - ORDERS)
    kept = app.home.files_of(bureau, "uploads")
    files = await asyncio.to_thread(_clear, kept, app.wall.now())
    return {"requests": requests, "orders": orders, "files": files}


def _clear(files: list[Path], now: datetime) -> int:
    """Files age by the machine's clock, also in a simulation; somebody else may take one away meanwhile."""
    gone = 0
    for file in files:
        oldest = (now - (GIVEN if is_given(file) else FILES)).timestamp()
        with suppress(FileNotFoundError):
            if file.stat().st_mtime < oldest:
                file.unlink()
                gone += 1
    return gone
