"""What is forgotten by age, bureau by bureau: answered requests, told orders, refused rows of imports."""

import asyncio
from datetime import timedelta
from pathlib import Path

from services.jobs.orders import SYSTEM
from services.work import App
from tenants.rows import Json
from tenants.scope import Scope
from tenants.stores import idempotency, outbox

REQUESTS = timedelta(hours=48)
ORDERS = timedelta(days=90)
FILES = timedelta(days=30)


async def tidy(app: App, bureau: str) -> Json:
    """Forget a bureau's answered requests, told orders and old files; the journal is never touched.

    Returns:
        How many of each.
    """
    scope = Scope.own(bureau, SYSTEM)
    async with app.database.unit(scope) as db:
        requests = await idempotency.clear(db, scope, app.clock.now() - REQUESTS)
        orders = await outbox.clear(db, scope, app.wall.now() - ORDERS)
    oldest = (app.wall.now() - FILES).timestamp()  # files age by the machine's clock, also in a simulation
    files = await asyncio.to_thread(_clear, app.home.files_of(bureau, "uploads"), oldest)
    return {"requests": requests, "orders": orders, "files": files}


def _clear(files: list[Path], oldest: float) -> int:
    gone = [file for file in files if file.stat().st_mtime < oldest]
    for file in gone:
        file.unlink(missing_ok=True)
    return len(gone)
