"""The same questions to both identity services: the embedded one, and a real Keycloak."""

import re
from dataclasses import dataclass, field
from datetime import date
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import httpx
import jwt

from services.identity.demo_login import demo_login
from services.identity.people import PASSWORD as DEMO_PASSWORD
from services.identity.people import PROGRAM_SECRET, SECOND_CODE
from services.identity.provider.routes import SLOT
from services.identity.provider.telling import tell
from tenants.client_rows import ApiClient

from .keycloak_people import Person, begin, browser_of, create_person, sign_in, step_up, submit
from .keycloak_server import Keycloak

SINCE, LATER = date(2025, 1, 1), date(2099, 1, 1)
OIDC = "/realms/shuangsui/protocol/openid-connect"
CODE = re.compile(r'name="execution" value="([^"]+)"')


def registered(client: str, bureau: str = "411700", **more: Any) -> ApiClient:
    """A registration as the table would hold it."""
    days = {"valid_from": SINCE, "valid_until": LATER} | more
    at: Any = None
    return ApiClient(bureau, uuid4(), client, days.pop("subject", ""), "模拟平台", "provincial_client",
                     days["valid_from"], days["valid_until"], "x", at)  # fmt: skip


@dataclass
class Embedded:
    """The site and the provider in one process. People: 411721-drawer, 411721-head …"""

    site: Any
    program: str = "platform-410000"
    secret: str = PROGRAM_SECRET
    name: str = "embedded"

    @property
    def provider(self) -> Any:
        return self.site.litestar.state[SLOT]

    @property
    def url(self) -> str:
        return str(self.site.base)

    def browser(self) -> httpx.AsyncClient:
        browser: httpx.AsyncClient = self.site.client()
        return browser

    def subject(self, who: str) -> str:
        return f"demo-411721-{who}"

    async def sign_in(self, browser: httpx.AsyncClient, who: str) -> httpx.Response:
        return await demo_login(browser, f"411721-{who}", next_="/t/form")

    async def wrong_password(self, browser: httpx.AsyncClient, who: str) -> httpx.Response:
        return await self._password(browser, who, "wrong")

    async def right_password(self, browser: httpx.AsyncClient, who: str) -> httpx.Response:
        return await self._password(browser, who, DEMO_PASSWORD)

    async def _password(self, browser: httpx.AsyncClient, who: str, password: str) -> httpx.Response:
        page = await browser.get("/login", follow_redirects=True)
        form = {"execution": CODE.findall(page.text)[0], "username": f"411721-{who}", "password": password}
        there = "/realms/shuangsui/login-actions/authenticate"
        return await browser.post(there, data=form, follow_redirects=True)

    async def step_up(self, browser: httpx.AsyncClient, who: str, next_: str) -> httpx.Response:
        page = await browser.get("/login", params={"next": next_, "level": 2}, follow_redirects=True)
        assert 'name="password"' not in page.text
        form = {"execution": CODE.findall(page.text)[0], "code": SECOND_CODE}
        there = "/realms/shuangsui/login-actions/authenticate"
        return await browser.post(there, data=form, follow_redirects=True)

    async def end_sessions(self, who: str) -> None:
        for token in self.provider.sign_off_person(f"411721-{who}"):
            await tell(self.provider.config, token)

    async def disable(self, who: str, on: bool = False) -> None:
        """As an administrator of the service does, with no message to the site."""
        names = self.provider.disabled
        names.discard(f"411721-{who}") if on else names.add(f"411721-{who}")

    async def rotate(self, *, keep: bool) -> None:
        self.provider.signer.rotate(keep=keep)


@dataclass
class Real:
    """The site, and a Keycloak with people who have a telephone enrolled."""

    site: Any
    keycloak: Keycloak
    people: dict[str, Person] = field(default_factory=dict)
    secret: str = ""
    program: str = "platform-410000"
    name: str = "keycloak"
    keys: list[str] = field(default_factory=list)
    turns: int = 0

    @property
    def url(self) -> str:
        return self.keycloak.url

    def browser(self) -> httpx.AsyncClient:
        return browser_of(self.site)

    def subject(self, who: str) -> str:
        return self.people[who].subject

    async def sign_in(self, browser: httpx.AsyncClient, who: str) -> httpx.Response:
        page = await begin(browser, next_="/t/form")
        from .keycloak_people import PASSWORD

        return await submit(browser, page, username=self.people[who].username, password=PASSWORD)

    async def wrong_password(self, browser: httpx.AsyncClient, who: str) -> httpx.Response:
        return await sign_in(browser, self.people[who], "wrong")

    async def right_password(self, browser: httpx.AsyncClient, who: str) -> httpx.Response:
        return await sign_in(browser, self.people[who])

    async def step_up(self, browser: httpx.AsyncClient, who: str, next_: str) -> httpx.Response:
        return await step_up(browser, self.people[who], next_)

    async def end_sessions(self, who: str) -> None:
        await self.keycloak.admin().a_user_logout(self.subject(who))

    async def disable(self, who: str, on: bool = False) -> None:
        await self.keycloak.admin().a_update_user(self.subject(who), {"enabled": on})

    async def rotate(self, *, keep: bool) -> None:
        """A new active key of a higher priority; the one made before it stays or goes."""
        admin = self.keycloak.admin()
        old, self.keys = self.keys, []
        self.turns += 1
        config = {"priority": [str(1000 + self.turns)], "keySize": ["2048"], "algorithm": ["RS256"]}
        made = await admin.a_create_component({
            "name": f"made-{uuid4()}", "providerId": "rsa-generated", "config": config,
            "providerType": "org.keycloak.keys.KeyProvider",
        })  # fmt: skip
        self.keys = [*(old if keep else []), made]
        if not keep:
            found = await admin.a_get_components({"type": "org.keycloak.keys.KeyProvider"})
            for one in found:
                if one["providerId"] == "rsa-generated" and one["id"] != made:
                    await admin.a_delete_component(one["id"])


async def prepare(site: Any, keycloak: Keycloak) -> Real:
    """People, and a program made by copying the realm's template."""
    admin = keycloak.admin()
    await admin.a_get_realm("shuangsui")
    names = {
        "drawer": "either-seed-0123456789",
        "head": "either-seed-9876543210",
        "locked": "either-seed-1111111111",
    }
    people = {who: await create_person(admin, f"411721-{who}", seed) for who, seed in names.items()}
    template = await admin.a_get_client(str(await admin.a_get_client_id("shuangsui-api-template")))
    dropped = ("id", "secret", "authenticationFlowBindingOverrides")
    copy = {name: value for name, value in template.items() if name not in dropped}
    for mapper in copy["protocolMappers"]:
        mapper.pop("id")
    made = await admin.a_create_client(copy | {"clientId": "platform-410000", "enabled": True})
    secret = (await admin.a_get_client_secrets(made))["value"]
    return Real(site, keycloak, people, secret)


async def program_token(side: Any, **changes: str) -> httpx.Response:
    """Asks the identity service for a program's token, as the program does."""
    form = {
        "grant_type": "client_credentials",
        "client_id": side.program,
        "client_secret": side.secret,
    } | changes
    async with httpx.AsyncClient(trust_env=False) as client:
        return await client.post(f"{side.url}{OIDC}/token", data=form)


async def call(side: Any, token: str, path: str = "/api/v1/me", **headers: str) -> httpx.Response:
    """Calls the API with a bearer token."""
    async with side.site.client(headers={"authorization": f"Bearer {token}"} | headers) as client:
        answer: httpx.Response = await client.get(path)
        return answer


async def tokens_of(side: Any, browser: httpx.AsyncClient) -> Any:
    """What the site holds for this browser's session."""
    session = await side.site.identity.sessions.find(browser.cookies[side.site.cookie])
    return await side.site.identity.sessions.tokens(session)


async def access_token(side: Any, browser: httpx.AsyncClient) -> str:
    """A person's access token for the site's own client."""
    kept = await tokens_of(side, browser)
    given = await side.site.identity.client._keycloak.a_refresh_token(kept.refresh)
    return str(given["access_token"])


def claims_of(token: str) -> dict[str, Any]:
    """Unchecked."""
    return dict(jwt.decode(token, options={"verify_signature": False}))


def asked_of(location: str) -> dict[str, list[str]]:
    """The question part of an address."""
    return parse_qs(urlsplit(unescape(location)).query)
