"""Signs the provider's tokens, shaped like Keycloak's. The key lives as long as the process."""

import secrets
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from services.clock import Clock
from services.identity.config import IdentityConfig
from services.identity.people import DemoPerson, DemoProgram
from services.identity.provider.state import Granted
from services.identity.tokens import LOGOUT_EVENT

TOKEN_SECONDS = 300


class Signer:
    """The signing key, the ones before it, and what is signed."""

    def __init__(self, config: IdentityConfig, clock: Clock) -> None:
        self._config, self._clock = config, clock
        self._key = _new_key()
        self._old: list[RSAKey] = []

    def jwks(self) -> dict[str, Any]:
        """The public keys as a JWKS document."""
        return {"keys": [key.as_dict(private=False) for key in (self._key, *self._old)]}

    def rotate(self, *, keep: bool) -> None:
        """Signs with a new key from now on; the old ones stay published, or are gone at once."""
        self._old = [self._key, *self._old] if keep else []
        self._key = _new_key()

    def answer(self, person: DemoPerson, granted: Granted) -> dict[str, Any]:
        """The token endpoint's answer; neither token names a bureau or a role."""
        common = self._common(person, granted)
        access = common | {"typ": "Bearer", "scope": "openid", "aud": [self._config.client]}
        identity = common | {"typ": "ID", "aud": self._config.client, "nonce": granted.request.nonce}
        return {
            "access_token": self.sign(access),
            "id_token": self.sign(identity),
            "token_type": "Bearer",
            "expires_in": TOKEN_SECONDS,
            "scope": "openid",
            "session_state": granted.sid,
        }

    def program_answer(self, program: DemoProgram) -> dict[str, Any]:
        """The token endpoint's answer to a program: no person, no login, no identity token."""
        token = self._times() | {
            "sub": program.subject,
            "azp": program.client,
            "client_id": program.client,
            "preferred_username": f"service-account-{program.client}",
            "typ": "Bearer",
            "aud": [self._config.client],
            "scope": "",
        }
        return {"access_token": self.sign(token), "token_type": "Bearer", "expires_in": TOKEN_SECONDS}

    def logout_token(self, subject: str, sid: str) -> str:
        """Tells the client that a login is over. Basis: OpenID Connect Back-Channel Logout 1.0 2.4."""
        claims = self._times() | {"aud": self._config.client, "sub": subject, "typ": "Logout"}
        return self.sign(claims | {"sid": sid, "events": {LOGOUT_EVENT: {}}}, typ="logout+jwt")

    def sign(self, claims: dict[str, Any], typ: str = "JWT") -> str:
        """A compact JWS of these claims."""
        header = {"alg": "RS256", "typ": typ, "kid": self._key.kid}
        return jwt.encode(header, claims, self._key)

    def read(self, token: str) -> dict[str, Any] | None:
        """The claims of a token signed here, expired or not; None for any other."""
        for key in (self._key, *self._old):
            try:
                return dict(jwt.decode(token, key, algorithms=["RS256"]).claims)
            except (JoseError, ValueError):
                continue
        return None

    def _common(self, person: DemoPerson, granted: Granted) -> dict[str, Any]:
        return self._times() | {
            "sub": person.subject,
            "azp": self._config.client,
            "auth_time": granted.auth_time,
            "acr": str(granted.level),
            "sid": granted.sid,
            "name": person.name,
            "preferred_username": person.username,
        }

    def _times(self) -> dict[str, Any]:
        now = int(self._clock.now().timestamp())
        jti = secrets.token_urlsafe(12)
        return {"iss": self._config.issuer, "iat": now, "exp": now + TOKEN_SECONDS, "jti": jti}


def _new_key() -> RSAKey:
    return RSAKey.generate_key(2048, {"alg": "RS256", "use": "sig"}, auto_kid=True)
