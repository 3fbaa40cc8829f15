"""A whole small deployment behind a real port; callers are named by their bearer token."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from typing import Any

import httpx
import pytest

from services.api import routes
from services.clock import CHINA, SimulatedClock, SystemClock
from services.demo.bureaus import found_bureaus
from services.embedded import PostgresServer, ValkeyServer
from services.home import Home
from services.identity.errors import TokenRefused
from services.identity.people import demo_people
from services.identity.tokens import Claims
from services.main import create_app
from services.serve import free_port, serving
from services.settings import DEMO_ORIGIN, Settings
from services.web.state import SLOT
from services.wiring import Servers, open_app
from services.work import App
from tenants.migrate import set_up
from tests.confirming import StepsUp
from tests.deployed import known_passwords

START = datetime(2025, 12, 2, 9, 0, tzinfo=CHINA)
SUBJECTS = {person.username: person.subject for person in demo_people()}
_numbers = count(1)


class Tokens:
    """Believes a token that is a user name; "name@1" signs in without a second factor."""

    async def check(self, token: str, wanted: str, **_: Any) -> Claims:
        name, _, level = token.partition("@")
        if name not in SUBJECTS:
            raise TokenRefused
        now = int(SystemClock().now().timestamp())
        # given after whatever was asked for before: in the next second
        return Claims(SUBJECTS[name], int(level or 2), now + 1, "shuangsui", "")


@dataclass
class Api:
    """The running site: `app` is its wiring, `as_("411721-drawer")` a client of that person."""

    base: str
    app: App
    litestar: Any
    clients: dict[str, httpx.AsyncClient] = field(default_factory=dict)

    @property
    def clock(self) -> SimulatedClock:
        assert isinstance(self.app.clock, SimulatedClock)
        return self.app.clock

    def at(self, *moment: int) -> None:
        """Move the simulated clock on to a moment in China."""
        self.clock.set(max(self.clock.now(), datetime(*moment, tzinfo=CHINA).astimezone(UTC)))

    def as_(self, token: str = "") -> httpx.AsyncClient:
        if token not in self.clients:
            headers = {"authorization": f"Bearer {token}"} if token else {}
            self.clients[token] = httpx.AsyncClient(
                base_url=f"{self.base}/api/v1",
                headers=headers,
                trust_env=False,
                timeout=60,
                auth=StepsUp(token[:6]) if token else None,
            )
        return self.clients[token]

    async def get(self, who: str, path: str, **query: Any) -> Any:
        answer = await self.as_(who).get(path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def post(self, who: str, path: str, body: Any = None, **headers: str) -> Any:
        answer = await self.as_(who).post(path, json=body, headers=headers)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()


@asynccontextmanager
async def deployment(home: Home, superuser_dsn: str, redis_url: str) -> AsyncIterator[Api]:
    home.make()
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    settings = Settings(home=home, port=port, public_url=url, demo=True, log_origin=DEMO_ORIGIN)
    urls = await set_up(superuser_dsn, home.root.name, known_passwords(home), identity="shuangsui-demo")
    servers, clock = Servers(urls, redis_url), SimulatedClock(START)
    litestar = create_app(settings, lambda: open_app(settings, clock, servers), doors=routes)
    async with serving(litestar, "127.0.0.1", port):
        web = litestar.state[SLOT]
        web.identity.client.verifier = Tokens()
        await found_bureaus(web.app)
        api = Api(url, web.app, litestar)
        yield api
        for client in api.clients.values():
            await client.aclose()


@pytest.fixture(scope="module")
async def api(
    pg_server: PostgresServer, valkey_server: ValkeyServer, new_home: Callable[[str], Home]
) -> AsyncIterator[Api]:
    """A deployment of the module's own, with bureaus and people and nothing else."""
    home = new_home(f"api_{next(_numbers)}")
    async with deployment(home, pg_server.superuser_dsn, valkey_server.url) as opened:
        yield opened
