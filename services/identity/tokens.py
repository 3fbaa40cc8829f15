"""Checks tokens here, with the identity service's public keys kept at hand."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import jwt

from services.clock import Clock
from services.identity.errors import ClockSkewed, TokenRefused
from services.identity.keyset import ALGORITHMS, KeySet

SKEW_SECONDS = 30
HELD = 5000  # tokens whose signature a process has checked; by their digest, never themselves
LOGOUT_SECONDS = 300  # a logout token older than this is refused
LOGOUT_EVENT = (
    "http://schemas.openid.net/event/backchannel-logout"  # OpenID Connect Back-Channel Logout 1.0 2.4
)
HEADER_TYPES: Mapping[str, tuple[str, ...]] = {
    "ID": ("JWT",),
    "Bearer": ("JWT", "at+jwt"),
    "Logout": ("JWT", "logout+jwt"),
}
SERVICE = "service-account-"  # Keycloak's name of a program's own account

TokenType = Literal["ID", "Bearer"]


@dataclass(frozen=True, slots=True)
class Claims:
    """What is believed of a checked token. Bureau and role are not among it, whatever the token says.

    Attributes:
        client: who asked for the token (`azp`).
        sid: the login at the identity service it came from, "" if it names none.
        service: a program asked for itself, with its own secret; no person is behind it.
    """

    subject: str
    acr: int
    auth_time: int
    client: str
    nonce: str
    sid: str = ""
    service: bool = False


@dataclass(frozen=True, slots=True)
class LogoutOrder:
    """What a logout token asks for: one login of a person (`sid`), or all of them.

    Attributes:
        jti: its number; each counts once.
    """

    subject: str
    sid: str
    jti: str


class Verifier:
    """Believes a token only after every check.

    Args:
        issuer: exact `iss`. audience: our client id, in `aud`.
        clients: ids allowed in `azp`; who asked for the token.
    """

    def __init__(
        self, *, issuer: str, audience: str, clients: frozenset[str], keys: KeySet, clock: Clock
    ) -> None:
        self._issuer, self._audience, self._clients = issuer, audience, clients
        self._keys, self._clock = keys, clock
        self._held: dict[bytes, tuple[str, jwt.PyJWK, dict[str, Any]]] = {}

    async def check(
        self,
        token: str,
        wanted: TokenType,
        *,
        nonce: str | None = None,
        fetched: bool = False,
        any_client: bool = False,
    ) -> Claims:
        """The claims of a token that is signed by the service, for us, of the wanted kind, and in time.

        Args:
            token: compact JWS.
            wanted: "ID" after a login, "Bearer" from an API client.
            nonce: must match when given.
            fetched: it came from the service just now, not from a stranger: an unknown key is asked for at
                once, and a token out of time means that the clocks disagree.
            any_client: the caller asks the table about `Claims.client` itself.

        Raises:
            TokenRefused: any check failed. ClockSkewed: only its times do not fit, and it is new.
            IdentityUnavailable: no keys to check with.
        """
        body = await self._signed(token, wanted, fetched=fetched)
        if body.get("typ") != wanted or not (any_client or body.get("azp") in self._clients):
            raise TokenRefused
        if nonce is not None and body.get("nonce") != nonce:
            raise TokenRefused
        if not self._in_time(body):
            raise ClockSkewed(_gap(body, self._now())) if fetched else TokenRefused
        client = str(body.get("azp", ""))
        return Claims(
            subject=str(body["sub"]),
            acr=_level(body.get("acr")),
            auth_time=int(body.get("auth_time", 0)),
            client=client,
            nonce=str(body.get("nonce", "")),
            sid=str(body.get("sid", "")),
            service=_of_service(body, client),
        )

    async def check_logout(self, token: str) -> LogoutOrder:
        """What a logout token asks for. Whether its number came before, the caller asks.

        Basis: OpenID Connect Back-Channel Logout 1.0 2.6.

        Raises:
            TokenRefused: any check failed. IdentityUnavailable: no keys to check with.
        """
        body = await self._signed(token, "Logout", fetched=False)
        events, jti = body.get("events"), body.get("jti")
        found = LogoutOrder(str(body.get("sub", "")), str(body.get("sid", "")), str(jti or ""))
        fits = (
            body.get("typ", "Logout") == "Logout"
            and isinstance(events, dict)
            and isinstance(events.get(LOGOUT_EVENT), dict)
            and "nonce" not in body
            and bool(jti)
            and bool(found.subject or found.sid)
        )
        if not fits or not self._in_time(body) or body["iat"] < self._now() - LOGOUT_SECONDS:
            raise TokenRefused
        return found

    async def _signed(self, token: str, kind: str, *, fetched: bool) -> dict[str, Any]:
        """The body of a token whose signature holds; under the same key it is not computed again.

        The key is looked up every time: one the identity service has withdrawn counts no more.
        """
        digest = hashlib.sha256(f"{kind}:{token}".encode()).digest()
        if (held := self._held.get(digest)) is not None:
            kid, key, body = held
            if await self._keys.key(kid, at_once=fetched) is key:
                return body
        try:
            header = jwt.get_unverified_header(token)
        except jwt.PyJWTError as error:
            raise TokenRefused from error
        if header.get("alg") not in ALGORITHMS or header.get("typ", "JWT") not in HEADER_TYPES[kind]:
            raise TokenRefused
        key = await self._keys.key(str(header.get("kid", "")), at_once=fetched)
        body = self._decode(token, key, ["iat", "iss", "aud"] if kind == "Logout" else REQUIRED)
        if kind == "Bearer":  # the others come once
            if len(self._held) >= HELD:
                self._held.clear()
            self._held[digest] = str(header.get("kid", "")), key, body
        return body

    def _decode(self, token: str, key: jwt.PyJWK, required: list[str]) -> dict[str, Any]:
        try:
            return jwt.decode(
                token,
                key=key,
                algorithms=[key.algorithm_name],
                audience=self._audience,
                issuer=self._issuer,
                # times are compared below, with the injected clock
                options={
                    "require": required,
                    "verify_exp": False,
                    "verify_iat": False,
                    "verify_nbf": False,
                },
            )
        except jwt.PyJWTError as error:
            raise TokenRefused from error

    def _in_time(self, body: Mapping[str, Any]) -> bool:
        now = self._now()
        begun = [body["iat"], body.get("nbf", 0), body.get("auth_time", 0)]
        until = body.get("exp", now + 1)
        if not all(isinstance(t, int) and not isinstance(t, bool) for t in (until, *begun)):
            return False
        return until > now and all(t <= now + SKEW_SECONDS for t in begun)

    def _now(self) -> int:
        return int(self._clock.now().timestamp())


REQUIRED = ["exp", "iat", "iss", "aud", "sub"]


def _level(acr: object) -> int:
    """Level of assurance: Keycloak says "0" for a cookie login; anything unreadable counts as the lowest."""
    return 2 if str(acr) == "2" else 1


def _of_service(body: Mapping[str, Any], client: str) -> bool:
    """A program's token names its own account and no login; a person's always names a login (`sid`)."""
    account = str(body.get("preferred_username", "")) == f"{SERVICE}{client}".lower()
    alone = "sid" not in body and "auth_time" not in body and body.get("client_id", client) == client
    return bool(client) and account and alone


def _gap(body: Mapping[str, Any], now: int) -> str:
    """How far the clocks are apart, in seconds; empty if the token says nothing usable."""
    issued = body.get("iat")
    return f"{issued - now:+d} s" if isinstance(issued, int) else ""
