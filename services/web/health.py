"""Whether this process works, and what it needs and does not get: for a supervisor and a load balancer.

`/healthz` answers 200 for as long as the process serves: a restart would not bring Redis back. `/readyz`
answers 503 while something is down that every signed-in page needs, so that a balancer asks another machine.
Both name what is down, and nothing else of it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from litestar import Request, Response, get
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from policies.errors import Problem
from services.web.outage import store_down
from services.web.state import web_of
from services.work import App
from tenants.scope import Scope

PATIENCE_SECONDS = 2.0
GOOD_SECONDS = 1.0  # an answer serves everybody who asks within it: asking costs the servers nothing

AnyRequest = Request[Any, Any, Any]
_FAILURES = (Problem, SQLAlchemyError, OSError, TimeoutError)


class Health:
    """What is down, asked at most once a second however many want to know."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._down: tuple[str, ...] = ()
        self._until = 0.0
        self._one = asyncio.Lock()

    async def down(self) -> tuple[str, ...]:
        """Of "database" (the deployment's shared one) and "redis" those that do not answer now."""
        async with self._one:
            loop = asyncio.get_running_loop()
            if loop.time() >= self._until:
                asked = {"database": self._database, "redis": self._redis}
                works = await asyncio.gather(*(_in_time(one) for one in asked.values()))
                self._down = tuple(name for name, fine in zip(asked, works, strict=True) if not fine)
                self._until = loop.time() + GOOD_SECONDS
            return self._down

    async def _database(self) -> bool:
        with suppress(*_FAILURES):
            async with self._app.database.unit(Scope.for_system(), read_only=True):
                return True
        return False

    async def _redis(self) -> bool:
        try:
            await self._app.redis.ping()
        except RedisError as error:
            store_down(error)
            return False
        return True


async def _in_time(ask: Callable[[], Awaitable[bool]]) -> bool:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await ask()
    except TimeoutError:
        return False


@get("/healthz", action="public.read", include_in_schema=False)
async def healthz(request: AnyRequest) -> dict[str, object]:
    """Answers when the wiring is open; says whether time is simulated, and `down`, what does not answer."""
    return await _told(request)


@get("/readyz", action="public.read", include_in_schema=False)
async def readyz(request: AnyRequest) -> Response[dict[str, object]]:
    """As `healthz`; 503 while something is down."""
    told = await _told(request)
    if "down" not in told:
        return Response(told)
    return Response(told, status_code=503, headers={"retry-after": "10"})


async def _told(request: AnyRequest) -> dict[str, object]:
    web = web_of(request)
    told: dict[str, object] = {"status": "ok", "simulated": web.app.clock.simulated}
    down = await web.health.down()
    return told | {"status": "degraded", "down": list(down)} if down else told


routes = [healthz, readyz]
