"""Checks tokens here, with the identity service's public keys kept at hand."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import jwt

from services.clock import Clock
from services.identity.errors import TokenRefused

ALGORITHMS = ("RS256", "PS256", "ES256")
REFETCH_SECONDS = 30  # an unknown key id fetches at most so often, however many are sent
STALE_SECONDS = 300  # a key taken out of service is believed no longer than this
SKEW_SECONDS = 30

TokenType = Literal["ID", "Bearer"]


@dataclass(frozen=True, slots=True)
class Claims:
    """What is believed of a checked token. Bureau and role are not among it, whatever the token says."""

    subject: str
    acr: int
    auth_time: int
    client: str
    nonce: str


class KeySet:
    """The identity service's signing keys by id, replaced as a whole.

    Args:
        fetch: returns the JWKS document. clock: the machine's clock.
    """

    def __init__(self, fetch: Callable[[], Awaitable[Mapping[str, Any]]], clock: Clock) -> None:
        self._fetch, self._clock = fetch, clock
        self._keys: dict[str, jwt.PyJWK] = {}
        self._fetched: datetime | None = None
        self._lock = asyncio.Lock()

    async def key(self, kid: str) -> jwt.PyJWK:
        """The key of that id.

        Raises:
            TokenRefused: no such key, also after fetching as often as allowed.
            IdentityUnavailable: the keys are too old and cannot be fetched.
        """
        if self._due(kid):
            async with self._lock:
                if self._due(kid):
                    await self._load()
        if kid not in self._keys:
            raise TokenRefused
        return self._keys[kid]

    def _due(self, kid: str) -> bool:
        if self._fetched is None:
            return True
        age = (self._clock.now() - self._fetched).total_seconds()
        return age >= STALE_SECONDS or (kid not in self._keys and age >= REFETCH_SECONDS)

    async def _load(self) -> None:
        document = await self._fetch()
        found: dict[str, jwt.PyJWK] = {}
        for raw in document.get("keys", ()):
            if raw.get("use", "sig") == "sig" and raw.get("alg", "RS256") in ALGORITHMS and "kid" in raw:
                found[raw["kid"]] = jwt.PyJWK(raw)
        self._keys, self._fetched = found, self._clock.now()


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

    async def check(self, token: str, wanted: TokenType, *, nonce: str | None = None) -> Claims:
        """The claims of a token that is signed by the service, for us, of the wanted kind, and in time.

        Args:
            token: compact JWS.
            wanted: "ID" after a login, "Bearer" from an API client.
            nonce: must match when given.

        Raises:
            TokenRefused: any check failed. IdentityUnavailable: no keys to check with.
        """
        try:
            header = jwt.get_unverified_header(token)
        except jwt.PyJWTError as error:
            raise TokenRefused from error
        if header.get("alg") not in ALGORITHMS or header.get("typ", "JWT") not in ("JWT", "at+jwt"):
            raise TokenRefused
        key = await self._keys.key(str(header.get("kid", "")))
        body = self._decode(token, key)
        if not self._fits(body, wanted) or (nonce is not None and body.get("nonce") != nonce):
            raise TokenRefused
        return Claims(
            subject=str(body["sub"]),
            acr=_level(body.get("acr")),
            auth_time=int(body.get("auth_time", 0)),
            client=str(body.get("azp", "")),
            nonce=str(body.get("nonce", "")),
        )

    def _decode(self, token: str, key: jwt.PyJWK) -> dict[str, Any]:
        try:
            return jwt.decode(
                token,
                key=key,
                algorithms=[key.algorithm_name],
                audience=self._audience,
                issuer=self._issuer,
                # times are compared below, with the injected clock
                options={
                    "require": ["exp", "iat", "iss", "aud", "sub"],
                    "verify_exp": False,
                    "verify_iat": False,
                    "verify_nbf": False,
                },
            )
        except jwt.PyJWTError as error:
            raise TokenRefused from error

    def _fits(self, body: Mapping[str, Any], wanted: TokenType) -> bool:
        now = self._clock.now().timestamp()
        times = [body["exp"], body["iat"], body.get("nbf", 0), body.get("auth_time", 0)]
        if not all(isinstance(t, int) and not isinstance(t, bool) for t in times):
            return False
        return (
            body.get("typ") == wanted
            and body.get("azp") in self._clients
            and times[0] > now
            and all(t <= now + SKEW_SECONDS for t in times[1:])
        )


def _level(acr: object) -> int:
    """Level of assurance: Keycloak says "0" for a cookie login; anything unreadable counts as the lowest."""
    return 2 if str(acr) == "2" else 1
