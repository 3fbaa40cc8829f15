"""A small deployment behind a real port whose draws a test carries on while people watch."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import httpx
from redis.asyncio import Redis

from services.home import Home
from services.main import create_app
from services.serve import free_port, serving
from services.web.state import SLOT
from services.web.streams import Streams
from services.work import App
from tests.flows import ceremony as c

COUNTY, CITY = "411721", "411700"


@dataclass
class Hall:
    """The wiring, where it is served, and what its readers follow."""

    app: App
    base: str
    streams: Streams

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url=self.base, trust_env=False, timeout=30)


@asynccontextmanager
async def hall_of(pg_server: Any, valkey_server: Any, home: Home, name: str) -> AsyncIterator[Hall]:
    async with c.small_deployment(pg_server.superuser_dsn, home, name) as app:
        port = free_port()
        base = f"http://127.0.0.1:{port}"
        settings = replace(app.settings, port=port, public_url=base)
        redis = Redis.from_url(valkey_server.url)
        whole = replace(app, settings=settings, redis=redis)

        @asynccontextmanager
        async def opened() -> AsyncIterator[App]:
            yield whole

        site = create_app(settings, opened)
        async with serving(site, "127.0.0.1", port):
            yield Hall(whole, base, site.state[SLOT].streams)
        await redis.aclose()
