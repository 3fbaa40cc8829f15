"""A small deployment behind a real port: browsers that sign in, and programs named by their bearer token."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx

from services.clock import CHINA, SimulatedClock, SystemClock
from services.demo.bureaus import found_bureaus
from services.home import Home, write_private
from services.identity.demo_login import demo_login
from services.identity.errors import TokenRefused
from services.identity.people import demo_people
from services.identity.tokens import Claims
from services.main import create_app
from services.serve import free_port, serving
from services.settings import DEMO_ORIGIN, Settings
from services.web.state import SLOT
from services.wiring import Servers, open_app, role_passwords
from services.work import App
from tenants.migrate import set_up
from tenants.urls import ROLE_NAMES, RolePasswords

START = datetime(2025, 12, 2, 9, 0, tzinfo=CHINA)
SUBJECTS = {person.username: person.subject for person in demo_people()}


class Tokens:
    """Believes a token that is a user name; "name@1" has no second factor, "name@2-60" gave it a minute ago.

    Without a time the second factor is given after whatever was asked before: in the next second.
    """

    async def check(self, token: str, wanted: str, **_: Any) -> Claims:
        name, _, said = token.partition("@")
        if name not in SUBJECTS:
            raise TokenRefused
        level, _, age = said.partition("-")
        now = int(SystemClock().now().timestamp())
        at = now - int(age) if age else now + 1
        return Claims(SUBJECTS[name], int(level or 2), at, "shuangsui", "")


@dataclass
class Deployed:
    """The running site; `app` is its wiring."""

    base: str
    app: App
    litestar: Any
    programs: dict[str, httpx.AsyncClient] = field(default_factory=dict)

    @property
    def clock(self) -> SimulatedClock:
        assert isinstance(self.app.clock, SimulatedClock)
        return self.app.clock

    def at(self, *moment: int) -> None:
        """Move the simulated clock on to a moment in China."""
        self.clock.set(max(self.clock.now(), datetime(*moment, tzinfo=CHINA).astimezone(UTC)))

    @asynccontextmanager
    async def browser(self, username: str = "", *, level: int = 1) -> AsyncIterator[httpx.AsyncClient]:
        """A browser of its own, signed in."""
        headers = {"accept": "text/html"}
        async with httpx.AsyncClient(
            base_url=self.base, trust_env=False, headers=headers, timeout=60
        ) as client:
            if username:
                await demo_login(client, username, level=level)
            yield client

    def program(self, token: str) -> httpx.AsyncClient:
        """A client of the API with that token."""
        if token not in self.programs:
            headers = {"authorization": f"Bearer {token}"} if token else {}
            self.programs[token] = httpx.AsyncClient(
                base_url=f"{self.base}/api/v1", headers=headers, trust_env=False, timeout=60
            )
        return self.programs[token]


def known_passwords(home: Home) -> RolePasswords:
    """The session's server has one set of roles: a new password would lock every other deployment out."""
    for role in ROLE_NAMES:
        write_private(home.keys / f"database-{role}", f"{role}-secret")
    return role_passwords(home)


@asynccontextmanager
async def deployed(
    home: Home, superuser_dsn: str, redis_url: str, own: Sequence[str] = ()
) -> AsyncIterator[Deployed]:
    """The site with the demonstration's bureaus and people, and nothing else in it.

    Args:
        own: names of further databases bureaus may live in.
    """
    home.make()
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    settings = Settings(home=home, port=port, public_url=url, demo=True, log_origin=DEMO_ORIGIN)
    passwords = known_passwords(home)
    urls = await set_up(superuser_dsn, home.root.name, passwords, identity="shuangsui-demo")
    apart = {
        one: await set_up(
            superuser_dsn, f"{home.root.name}_{one}", passwords, identity=f"shuangsui-demo/{one}"
        )
        for one in own
    }
    servers, clock = Servers(urls, redis_url, apart), SimulatedClock(START)
    litestar = create_app(settings, lambda: open_app(settings, clock, servers))
    async with serving(litestar, "127.0.0.1", port):
        web = litestar.state[SLOT]
        verifier = web.identity.client.verifier
        tokens = Tokens()

        async def check(token: str, wanted: str, **more: Any) -> Claims:
            named = wanted == "Bearer"
            return await tokens.check(token, wanted) if named else await known(token, wanted, **more)

        known, verifier.check = verifier.check, check
        await found_bureaus(web.app)
        site = Deployed(url, web.app, litestar)
        yield site
        for client in site.programs.values():
            await client.aclose()
