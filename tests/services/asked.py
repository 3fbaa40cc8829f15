"""A whole deployment over HTTP and people made up for it: one role each, in a bureau of one's choice."""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import httpx
import redis.asyncio as redis

from policies.access_matrix import ROLES
from policies.terms import Bureau, Principal
from services.clock import SystemClock
from services.identity.errors import TokenRefused
from services.identity.tokens import Claims
from services.main import create_app
from services.serve import free_port, serving
from services.web.census import handlers
from services.web.state import SLOT
from tenants.rows import Membership
from tenants.scope import Scope
from tenants.stores import bureaus
from tests.confirming import StepsUp
from tests.flows import ceremony as c

HOME_BUREAU = "411700"
PLACE = re.compile(r"\{(\w+)(?::(\w+))?\}")
FILL = {"int": "1", "uuid": "00000000-0000-8000-8000-00000000dead", "str": "x", "path": "x", "": "x"}
SINCE = date(2025, 1, 1)


class People:
    """Everyone the tests make up: "role@bureau" holds that role there; nobody else exists.

    "inspector@411721#2" is the officer with the second certificate of the bureau; "a+b@…" holds two roles.
    """

    async def of_subject(self, subject: str, on: date) -> list[Membership]:
        roles, _, place = subject.partition("@")
        bureau, _, number = place.partition("#")
        certificate = f"{bureau}{int(number):04d}" if number else ""
        return [
            Membership(bureau, subject, role, role, SINCE, None, certificate)
            for role in roles.split("+")
            if role in ROLES and bureau
        ]

    async def of_client(self, client: str, on: date) -> list[Any]:
        return []

    async def names_of(self, subject: str, codes: Any) -> dict[str, str]:
        return {code: code for code in codes}


class Tokens:
    """Believes that a token is its subject, with a second factor of the next second."""

    async def check(self, token: str, wanted: str, **_: Any) -> Claims:
        if "@" not in token:
            raise TokenRefused
        now = int(SystemClock().now().timestamp())
        return Claims(token, 2, now + 1, "shuangsui", "")


@dataclass
class Asked:
    """The served deployment and its route table."""

    base: str
    app: Any
    litestar: Any

    @asynccontextmanager
    async def someone(
        self, role: str, bureau: str = HOME_BUREAU, *, steps_up: bool = False
    ) -> AsyncIterator[Any]:
        """A program's client of that role; with `steps_up` it confirms acts that ask for it."""
        auth = StepsUp(bureau.partition("#")[0]) if steps_up else None
        headers = {"authorization": f"Bearer {role}@{bureau}"} if role else {}
        async with httpx.AsyncClient(
            base_url=self.base, headers=headers, auth=auth, trust_env=False, timeout=60
        ) as client:
            yield client

    async def browser(self, role: str, place: str = HOME_BUREAU) -> httpx.AsyncClient:
        """A signed-in browser of that role; its session is put where a login would put it."""
        identity = self.litestar.state[SLOT].identity
        session = await identity.sessions.open(
            subject=f"{role}@{place}", bureau=place.partition("#")[0], acr=2,
            auth_time=int(SystemClock().now().timestamp()), id_token="", previous=None,
        )  # fmt: skip
        client = httpx.AsyncClient(base_url=self.base, trust_env=False, timeout=60)
        client.headers.update({"accept": "text/html", "x-csrf-token": session.csrf})
        client.cookies.set(identity.config.session_cookie, session.sid)
        return client

    def routes(self) -> Iterator[tuple[str, str, str]]:
        """(method, path, action) of the route table."""
        for path, handler in handlers(self.litestar):
            for method in sorted(getattr(handler, "http_methods", ())):
                if method not in ("OPTIONS", "HEAD"):
                    yield method, path, str(handler.opt["action"])


@asynccontextmanager
async def asked_site(pg_server: Any, valkey_server: Any, new_home: Any, name: str) -> AsyncIterator[Asked]:
    """A deployment of that name, served."""
    async with (
        c.small_deployment(pg_server.superuser_dsn, new_home(name), name) as app,
        redis.from_url(valkey_server.url) as client,
    ):
        app.redis = client
        async with app.database.unit(Scope.for_system()) as db:
            await bureaus.put(db, Bureau("411600", "周口市生态环境局", "city", "410000"))
        port = free_port()
        settings = replace(app.settings, port=port, public_url=f"http://127.0.0.1:{port}")

        @asynccontextmanager
        async def opened() -> AsyncIterator[Any]:
            yield app

        litestar = create_app(settings, opened, directory=lambda _: People())
        async with serving(litestar, "127.0.0.1", port):
            litestar.state[SLOT].identity.client.verifier = Tokens()
            yield Asked(settings.public_url, app, litestar)


def principal(role: str) -> Principal:
    """The same person as the matrix is asked about."""
    return Principal(f"{role}@{HOME_BUREAU}", role, HOME_BUREAU, frozenset({role}))


def filled(path: str, bureau: str) -> str:
    """An address of a route, about a bureau."""

    def value(found: re.Match[str]) -> str:
        named = found[1] in ("bureau", "district", "below")
        return bureau if named else FILL[found[2] or ""]

    return PLACE.sub(value, path)


async def drawn(app: Any, bureau: str) -> None:
    """The first draw of a bureau with a real ceremony, up to its result; the clock stands at the beacon."""
    await c.plan(app, bureau)
    no = (await c.prepare(app, bureau)).draw_no
    assert no == 1
    await c.freeze(app, bureau, no)
    await c.escrow(app, bureau, no)
    await app.log.publish()
    await c.cosign(app, str(c.PARENT[bureau]))
    c.at_beacon(app)
    await c.run_draw(app, c.drawer(app, bureau), no, c.DIGITS, c.secret(app, bureau, no))
