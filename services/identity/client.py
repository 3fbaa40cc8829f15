"""Our side of a login: authorization code with PKCE, against Keycloak or the embedded provider alike."""

import asyncio
import base64
import hashlib
import json
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
from keycloak import KeycloakOpenID
from keycloak.exceptions import KeycloakConnectionError, KeycloakError, KeycloakPostError

from services.clock import Clock
from services.identity.config import IdentityConfig
from services.identity.errors import IdentityUnavailable, LoginFailed
from services.identity.keyset import KeySet
from services.identity.tokens import SKEW_SECONDS, Claims, Verifier
from services.settings import LOOPBACK
from services.web.keys import DEPLOYMENT, tenant_key

PENDING_SECONDS = 600
TIMEOUT_SECONDS = 10  # for a whole answer, however slowly it comes
PUSH = "pushed_authorization_request_endpoint"
OVER = ("invalid_grant", "invalid_token")  # a refresh refused for good. Basis: RFC 6749 5.2


@dataclass(frozen=True, slots=True)
class Pending:
    """A login on its way, kept until the browser comes back.

    Attributes:
        browser: digest of the browser's login cookie.
        asked: when it was asked for, in seconds since 1970 on the machine's clock.
    """

    verifier: str
    nonce: str
    browser: str
    level: int
    next: str
    asked: int


@dataclass(frozen=True, slots=True)
class Finished:
    """A completed login; `level` is what was asked for, the claims say what was given."""

    claims: Claims
    id_token: str
    refresh: str
    level: int
    next: str
    asked: int

    @property
    def proven(self) -> bool:
        """True when the level asked for was reached, and a second factor was given for this very question.

        Basis: OpenID Connect Core 1.0 3.1.3.7: the client checks `acr` and `auth_time` itself.
        """
        new = self.claims.auth_time >= self.asked - SKEW_SECONDS
        return self.claims.acr >= self.level and (self.level < 2 or new)


class LoginClient:
    """Drives logins and checks tokens.

    Args:
        config: where the identity service stands.
        redis: a `redis.asyncio` client, for logins on their way.
        clock: the machine's clock.
    """

    def __init__(self, config: IdentityConfig, redis: Any, clock: Clock) -> None:
        self.config, self._redis, self._clock = config, redis, clock
        self._keycloak = _keycloak(config)
        self._discovery: Mapping[str, Any] | None = None
        self.verifier = Verifier(
            issuer=config.issuer,
            audience=config.client,
            clients=frozenset({config.client}),
            keys=KeySet(self._certs, clock),
            clock=clock,
        )

    async def begin(self, *, next_: str, level: int, browser: str, hint: str = "") -> str:
        """Remembers a login and returns the address to send the browser to.

        Args:
            next_: local path to return to. level: 1, or 2 for a second factor given now.
            browser: the browser's login cookie. hint: user name to fill in.

        Raises:
            IdentityUnavailable: no answer from the identity service.
        """
        state, pending = (
            secrets.token_urlsafe(24),
            Pending(
                verifier=secrets.token_urlsafe(48),
                nonce=secrets.token_urlsafe(24),
                browser=_digest(browser),
                level=level,
                next=local_path(next_),
                asked=int(self._clock.now().timestamp()),
            ),
        )
        await self._redis.set(_key(state), json.dumps(asdict(pending)), ex=PENDING_SECONDS)
        query = {
            "client_id": self.config.client,
            "redirect_uri": self.config.redirect_uri,
            "response_type": "code",
            "scope": "openid",
            "state": state,
            "nonce": pending.nonce,
            "code_challenge": challenge(pending.verifier),
            "code_challenge_method": "S256",
        }
        if level > 1:
            query["acr_values"] = str(level)
        if hint:
            query["login_hint"] = hint
        there = await self._endpoint("authorization_endpoint")
        return f"{there}?{urlencode(await self._pushed(query))}"

    async def finish(self, *, state: str, code: str, browser: str) -> Finished:
        """Exchanges the code once and checks the identity token.

        Raises:
            LoginFailed: unknown or used state, another browser, refused code, or a token not ours.
            IdentityUnavailable: no answer from the identity service.
        """
        raw = await self._redis.getdel(_key(state)) if state.isascii() else None
        if raw is None:
            raise LoginFailed
        pending = Pending(**json.loads(raw))
        if not secrets.compare_digest(pending.browser, _digest(browser)):
            raise LoginFailed
        given = await self._exchange(code, pending.verifier)
        id_token, refresh = str(given.get("id_token", "")), str(given.get("refresh_token", ""))
        claims = await self.verifier.check(id_token, "ID", nonce=pending.nonce, fetched=True)
        return Finished(claims, id_token, refresh, pending.level, pending.next, pending.asked)

    async def refresh(self, token: str, subject: str) -> tuple[str, str]:
        """Asks whether a login still holds.

        Args:
            token: refresh token; it is spent by this. subject: whose login it must be.

        Returns:
            The new identity token and the next refresh token.

        Raises:
            LoginFailed: it does not hold any more. IdentityUnavailable: nobody can say.
        """
        try:
            given = await self._ask(lambda: self._keycloak.a_refresh_token(token))
        except IdentityUnavailable as error:
            if _refused(error.__cause__):
                raise LoginFailed from error
            raise
        id_token = str(given.get("id_token", ""))
        claims = await self.verifier.check(id_token, "ID", fetched=True)
        if claims.subject != subject:
            raise LoginFailed
        return id_token, str(given.get("refresh_token", token))

    async def logout_url(self, id_token: str) -> str:
        """Where the browser ends its session at the identity service too."""
        query = {
            "client_id": self.config.client,
            "post_logout_redirect_uri": f"{self.config.public_url}/",
        }
        if id_token:
            query["id_token_hint"] = id_token
        return f"{await self._endpoint('end_session_endpoint')}?{urlencode(query)}"

    async def close(self) -> None:
        """Closes connections to the identity service."""
        await self._keycloak.connection.aclose()

    async def _exchange(self, code: str, verifier: str) -> Mapping[str, Any]:
        """The token endpoint's answer to a code."""
        try:
            return await self._ask(
                lambda: self._keycloak.a_token(
                    grant_type="authorization_code",
                    code=code,
                    redirect_uri=self.config.redirect_uri,
                    code_verifier=verifier,
                )
            )
        except IdentityUnavailable as error:
            cause = error.__cause__
            if isinstance(cause, KeycloakError) and 400 <= (cause.response_code or 500) < 500:
                raise LoginFailed from error
            raise

    async def _pushed(self, query: dict[str, str]) -> dict[str, str]:
        """The request handed over from server to server, where that is offered; the browser gets its number.

        Basis: RFC 9126: nobody at the browser can read or change what is asked for.
        """
        push = (await self._discovered()).get(PUSH)
        if not push:
            return query
        form = query | ({"client_secret": self.config.secret} if self.config.secret else {})
        answer = await self._ask(lambda: self._push(str(push), form))
        return {"client_id": self.config.client, "request_uri": str(answer["request_uri"])}

    async def _push(self, url: str, form: dict[str, str]) -> dict[str, Any]:
        answer = await self._keycloak.connection.a_raw_post(url, data=form)
        found = answer.json() if answer.status_code == 201 else None  # RFC 9126 2.2
        if not isinstance(found, dict) or "request_uri" not in found:
            raise KeycloakPostError(response_code=answer.status_code)
        return found

    async def _certs(self) -> Mapping[str, Any]:
        return await self._ask(self._keycloak.a_certs)

    async def _endpoint(self, name: str) -> str:
        return str((await self._discovered())[name])

    async def _discovered(self) -> Mapping[str, Any]:
        """The discovery document; it must name our issuer."""
        if self._discovery is None:
            found = await self._ask(self._keycloak.a_well_known)
            if found.get("issuer") != self.config.issuer:
                raise IdentityUnavailable(f"issuer {found.get('issuer')}")
            self._discovery = found
        return self._discovery

    @staticmethod
    async def _ask(call: Callable[[], Awaitable[Any]]) -> Mapping[str, Any]:
        """One answer, in time and in the expected shape; its error stays behind as the cause."""
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                answer = await call()
        except (KeycloakError, TypeError, ValueError, TimeoutError) as error:
            raise IdentityUnavailable from error
        if not isinstance(answer, dict):
            raise IdentityUnavailable
        return answer


def challenge(verifier: str) -> str:
    """PKCE S256. Basis: RFC 7636 4.2."""
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


def local_path(wanted: str) -> str:
    """`wanted` if it is a path of this site, else "/": a login never sends anyone elsewhere."""
    parts = urlsplit(wanted)
    plain = wanted.startswith("/") and not wanted.startswith("//") and "\\" not in wanted
    return wanted if plain and not parts.netloc and wanted.isprintable() else "/"


def _refused(cause: BaseException | None) -> bool:
    """True when the service said that this login is over; any other refusal says nothing about the person."""
    if not isinstance(cause, KeycloakError) or isinstance(cause, KeycloakConnectionError):
        return False
    try:
        said = json.loads(cause.response_body or b"{}")
    except ValueError:
        return False
    return isinstance(said, dict) and said.get("error") in OVER


def _keycloak(config: IdentityConfig) -> KeycloakOpenID:
    client = KeycloakOpenID(
        server_url=f"{config.base}/",  # joined with relative paths: a path prefix needs the slash
        realm_name=config.realm,
        client_id=config.client,
        client_secret_key=config.secret,
        timeout=TIMEOUT_SECONDS,
    )
    if urlsplit(config.base).hostname in LOOPBACK:
        client.connection.async_s = httpx.AsyncClient(trust_env=False)  # a proxy cannot reach our loopback
    return client


def _digest(browser: str) -> str:
    return hashlib.sha256(browser.encode()).hexdigest()


def _key(state: str) -> str:
    return tenant_key(DEPLOYMENT, "login", _digest(state))
