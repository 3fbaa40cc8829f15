"""People of a real Keycloak and their browsers: passwords, one-time codes, Keycloak's own forms."""

import hashlib
import hmac
import json
import re
import struct
from dataclasses import dataclass, field
from html import unescape
from typing import Any

import httpx
from keycloak import KeycloakAdmin

from services.clock import SystemClock

PASSWORD = "Correct-horse-battery-1"
FIRST = {"type": "password", "value": PASSWORD, "temporary": False}
ACTION = re.compile(r'<form[^>]*action="([^"]+/login-actions/[^"]+)"')


@dataclass
class Person:
    """Someone known to Keycloak; `subject` is the `sub` of their tokens, `secret` their telephone's."""

    username: str
    subject: str
    secret: str = ""
    used: set[int] = field(default_factory=set)

    def code(self) -> str:
        """A one-time code not given before. The realm takes the neighbouring half minutes too."""
        now = half_minute()
        step = next(n for n in (now, now + 1, now - 1) if n not in self.used)
        self.used.add(step)
        return totp(self.secret, step)

    def wrong_code(self) -> str:
        """Six digits that are none of the five round now."""
        now = half_minute()
        right = {totp(self.secret, n) for n in range(now - 2, now + 3)}
        return next(code for code in (digit * 6 for digit in "012345") if code not in right)


def half_minute() -> int:
    """Number of the time step. Basis: RFC 6238 4.2."""
    return int(SystemClock().now().timestamp()) // 30


def totp(secret: str, step: int) -> str:
    """Basis: RFC 4226 5.3, RFC 6238 4.2 with SHA-1, six digits, thirty seconds."""
    digest = hmac.digest(secret.encode(), struct.pack(">Q", step), hashlib.sha1)
    start = digest[-1] & 15
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


async def create_person(admin: KeycloakAdmin, username: str, secret: str = "") -> Person:
    """Creates a person as an administrator does; with `secret`, a telephone is already enrolled."""
    credentials: list[dict[str, Any]] = [FIRST]
    if secret:
        how = {"subType": "totp", "digits": 6, "period": 30, "algorithm": "HmacSHA1", "counter": 0}
        stored = {"secretData": json.dumps({"value": secret}), "credentialData": json.dumps(how)}
        credentials.append({"type": "otp", "userLabel": "模拟"} | stored)
    subject = await admin.a_create_user({"username": username, "enabled": True, "credentials": credentials})
    await admin.a_update_user(subject, {"requiredActions": []})  # the realm asks newcomers to enrol one
    return Person(username, subject, secret)


def browser_of(site: Any) -> httpx.AsyncClient:
    """Sends Secure cookies over plain HTTP too, as browsers do on loopback."""
    browser: httpx.AsyncClient = site.client()

    async def believe_in_loopback(_: httpx.Response) -> None:
        for cookie in browser.cookies.jar:
            cookie.secure = False

    browser.event_hooks["response"].append(believe_in_loopback)
    return browser


async def begin(browser: httpx.AsyncClient, *, level: int = 1, next_: str = "/bureau") -> httpx.Response:
    """Asks the site for a login; ends on Keycloak's form, or back on the site."""
    return await browser.get("/login", params={"next": next_, "level": level}, follow_redirects=True)


async def submit(browser: httpx.AsyncClient, page: httpx.Response, **fields: str) -> httpx.Response:
    """Fills in the form Keycloak shows."""
    found = ACTION.search(page.text)
    assert found, page.text[:2000]
    return await browser.post(unescape(found[1]), data=fields, follow_redirects=True)


async def sign_in(
    browser: httpx.AsyncClient, person: Person, password: str = PASSWORD, *, level: int = 1
) -> httpx.Response:
    """Signs in with the password; at level 2 this ends on the form for the code."""
    page = await begin(browser, level=level)
    return await submit(browser, page, username=person.username, password=password, credentialId="")


async def step_up(browser: httpx.AsyncClient, person: Person, next_: str) -> httpx.Response:
    """Gives a second factor to someone signed in, and ends on `next_`."""
    page = await begin(browser, level=2, next_=next_)
    assert 'name="otp"' in page.text and 'name="password"' not in page.text, page.text[:2000]
    return await submit(browser, page, otp=person.code())
