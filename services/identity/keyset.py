"""The identity service's public keys, kept at hand; replaced as a whole, never merged."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import jwt

from services.clock import Clock
from services.identity.errors import IdentityUnavailable, TokenRefused

ALGORITHMS = ("RS256", "PS256", "ES256")
RENEW_SECONDS = 60  # a key taken out of service is believed no longer than this while the service answers
STALE_SECONDS = 300  # and no longer than this while it does not
REFETCH_SECONDS = 30  # an unknown key id fetches at most so often, however many are sent
RETRY_SECONDS = 5  # a service that did not answer is not asked again before


class KeySet:
    """Signing keys by id.

    Args:
        fetch: returns the JWKS document. clock: the machine's clock.
    """

    def __init__(self, fetch: Callable[[], Awaitable[Mapping[str, Any]]], clock: Clock) -> None:
        self._fetch, self._clock = fetch, clock
        self._keys: dict[str, jwt.PyJWK] = {}
        self._fetched: datetime | None = None
        self._failed: datetime | None = None
        self._forced: datetime | None = None
        self._lock = asyncio.Lock()

    async def key(self, kid: str, *, at_once: bool = False) -> jwt.PyJWK:
        """The key of that id.

        Args:
            kid: as the token's header names it.
            at_once: the token came from the service itself: an unknown id is asked for without the limit
                that keeps strangers from flooding the service.

        Raises:
            TokenRefused: no such key, also after fetching as often as allowed.
            IdentityUnavailable: the keys are too old and cannot be fetched.
        """
        if self._due(kid, at_once):
            async with self._lock:
                if self._due(kid, at_once):
                    await self._renew(kid)
        if self._older(self._fetched, STALE_SECONDS):
            raise IdentityUnavailable
        if kid not in self._keys:
            raise TokenRefused if self._older(self._failed, RETRY_SECONDS) else IdentityUnavailable
        return self._keys[kid]

    def _due(self, kid: str, at_once: bool) -> bool:
        if not self._older(self._failed, RETRY_SECONDS):
            return False
        if self._older(self._fetched, RENEW_SECONDS):
            return True
        return kid not in self._keys and (at_once or self._older(self._forced, REFETCH_SECONDS))

    async def _renew(self, kid: str) -> None:
        """Fetches; while old keys may still be believed, a service that does not answer changes nothing."""
        forced = not self._older(self._fetched, RENEW_SECONDS)
        try:
            self._keys = _readable(await self._fetch())
        except IdentityUnavailable:
            self._failed = self._clock.now()
            if kid not in self._keys:
                raise
        else:
            self._fetched, self._failed = self._clock.now(), None
            if forced:  # only now: whoever came meanwhile must wait for the answer, not be turned away
                self._forced = self._fetched

    def _older(self, moment: datetime | None, seconds: int) -> bool:
        return moment is None or self._clock.now() - moment >= timedelta(seconds=seconds)


def _readable(document: Mapping[str, Any]) -> dict[str, jwt.PyJWK]:
    """Signing keys of a JWKS document by id; what cannot be read is left out, alone."""
    found: dict[str, jwt.PyJWK] = {}
    for raw in document.get("keys", ()):
        if raw.get("use", "sig") == "sig" and raw.get("alg", "RS256") in ALGORITHMS and "kid" in raw:
            try:
                found[raw["kid"]] = jwt.PyJWK(raw)
            except jwt.PyJWTError:
                continue
    return found
