"""Logins in Keycloak, through one service account that may manage users and nothing else."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

import httpx
from keycloak import KeycloakAdmin
from keycloak.exceptions import KeycloakConnectionError, KeycloakError

from services.identity.errors import IdentityUnavailable
from services.identity.login_errors import LoginsElsewhere, LoginsFixed, LoginsRefused, LoginTaken
from services.settings import LOOPBACK, Settings

T = TypeVar("T")
TIMEOUT_SECONDS = 8
AT_ONCE = 8  # questions about logins under way together
ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # nothing that looks like another
PASSWORD_LENGTH = 16
SECOND_FACTORS = frozenset({"otp", "webauthn"})
ENROL = "CONFIGURE_TOTP"


@dataclass(frozen=True, slots=True)
class Login:
    """A login as Keycloak keeps it.

    Attributes:
        subject: its id, the `sub` of its tokens. name: as it was entered with the login.
        enrolled: a second factor is set up; None where that was not asked.
    """

    subject: str
    username: str
    name: str
    enabled: bool
    enrolled: bool | None = None


class Logins:
    """Every call raises IdentityUnavailable or LoginsRefused when Keycloak does not do as asked."""

    def __init__(self, admin: KeycloakAdmin) -> None:
        self._admin = admin

    async def get(self, subject: str) -> Login | None:
        """The login of that id, with its second factor; None if there is none."""
        found = await self._ask(lambda: self._admin.a_get_user(subject), absent=True)
        if not found:
            return None
        kept: Any = await self._ask(lambda: self._admin.a_get_credentials(subject))
        return _login(found, enrolled=any(one.get("type") in SECOND_FACTORS for one in kept))

    async def several(self, subjects: Sequence[str]) -> dict[str, Login]:
        """Logins by subject, as far as there are any."""
        turn = asyncio.Semaphore(AT_ONCE)

        async def one(subject: str) -> Login | None:
            async with turn:
                return await self.get(subject)

        if not subjects:
            return {}
        first = await one(subjects[0])  # it fetches the token the others share
        rest = await asyncio.gather(*(one(subject) for subject in subjects[1:]))
        return {login.subject: login for login in (first, *rest) if login is not None}

    async def named(self, username: str) -> Login | None:
        """The login with exactly this user name."""
        query = {"username": username, "exact": True, "max": 1}
        found: Any = await self._ask(lambda: self._admin.a_get_users(query=query))
        return _login(found[0]) if found else None

    async def create(self, username: str, name: str) -> tuple[Login, str]:
        """A new login with a password for one use; a second factor is enrolled at the first sign-in.

        Raises:
            LoginTaken: the user name is there already.
        """
        password = new_password()
        wanted = {
            "username": username,
            "firstName": name,
            "enabled": True,
            "requiredActions": ["UPDATE_PASSWORD", ENROL],
            "credentials": [{"type": "password", "value": password, "temporary": True}],
        }
        subject = await self._ask(lambda: self._admin.a_create_user(wanted))
        return Login(str(subject), username, name, True, False), password

    async def enable(self, subject: str, on: bool) -> None:
        """Opens or closes a login; closing ends its sign-ons too."""
        await self._change(subject, enabled=on)
        if not on:
            await self.sign_out(subject)

    async def reset(self, subject: str) -> str:
        """A new password for one use; every sign-on ends."""
        password = new_password()
        await self._ask(lambda: self._admin.a_set_user_password(subject, password, temporary=True))
        await self.sign_out(subject)
        return password

    async def enrol_again(self, subject: str) -> None:
        """Forgets the second factors; a new one is enrolled at the next sign-in, before anything else."""
        user: Any = await self._ask(lambda: self._admin.a_get_user(subject))
        await self._change(subject, requiredActions=sorted({*user.get("requiredActions", ()), ENROL}))
        kept: Any = await self._ask(lambda: self._admin.a_get_credentials(subject))
        for number in [one["id"] for one in kept if one.get("type") in SECOND_FACTORS]:
            await self._forget(subject, number)
        await self.sign_out(subject)

    async def sign_out(self, subject: str) -> None:
        """Ends every sign-on of a person; Keycloak tells the site."""
        await self._ask(lambda: self._admin.a_user_logout(subject))

    async def _forget(self, subject: str, number: str) -> None:
        await self._ask(lambda: self._admin.a_delete_credential(subject, number))

    async def _change(self, subject: str, **fields: Any) -> None:
        """Puts the whole representation back: what is left out may be emptied by the user profile."""
        user: Any = await self._ask(lambda: self._admin.a_get_user(subject))
        await self._ask(lambda: self._admin.a_update_user(subject, user | fields))

    async def _ask(self, call: Callable[[], Awaitable[T]], *, absent: bool = False) -> T | None:
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                return await call()
        except KeycloakConnectionError as error:
            raise IdentityUnavailable from error
        except KeycloakError as error:
            if absent and error.response_code == 404:
                return None
            raise _problem(error) from error
        except (TimeoutError, TypeError, ValueError) as error:
            raise IdentityUnavailable from error


@asynccontextmanager
async def open_logins(settings: Settings) -> AsyncIterator[Logins]:
    """The logins of the deployment's Keycloak.

    Raises:
        LoginsFixed: the embedded provider stands in. LoginsElsewhere: no secret is configured.
    """
    if settings.keycloak_url is None:
        raise LoginsFixed
    if not settings.keycloak_admin_secret:
        raise LoginsElsewhere
    admin = KeycloakAdmin(
        server_url=f"{settings.keycloak_url.rstrip('/')}/",
        realm_name=settings.keycloak_realm,
        user_realm_name=settings.keycloak_realm,
        client_id=settings.keycloak_admin_client,
        client_secret_key=settings.keycloak_admin_secret,
        timeout=TIMEOUT_SECONDS,
    )
    used = [admin.connection, admin.connection.keycloak_openid.connection]
    if urlsplit(settings.keycloak_url).hostname in LOOPBACK:
        for one in used:
            one.async_s = httpx.AsyncClient(trust_env=False)  # a proxy cannot reach our loopback
    try:
        yield Logins(admin)
    finally:
        for one in used:
            await one.aclose()


def new_password() -> str:
    """A password for one use, read aloud or copied by hand: 93 bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(PASSWORD_LENGTH))


def _login(user: dict[str, Any], *, enrolled: bool | None = None) -> Login:
    name = f"{user.get('lastName') or ''}{user.get('firstName') or ''}"
    return Login(str(user["id"]), str(user["username"]), name, bool(user.get("enabled")), enrolled)


def _problem(error: KeycloakError) -> IdentityUnavailable | LoginsRefused | LoginTaken:
    if error.response_code == 409:
        return LoginTaken()
    if error.response_code in (401, 403):
        return LoginsRefused()
    return IdentityUnavailable(error.response_code or "")
