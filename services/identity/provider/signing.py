"""Signs the provider's tokens, shaped like Keycloak's. The key lives as long as the process."""

import secrets
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from services.clock import Clock
from services.identity.config import IdentityConfig
from services.identity.people import DemoPerson
from services.identity.provider.state import Granted

TOKEN_SECONDS = 300


class Signer:
    """One signing key and what is signed with it."""

    def __init__(self, config: IdentityConfig, clock: Clock) -> None:
        self._config, self._clock = config, clock
        self._key = RSAKey.generate_key(2048, {"alg": "RS256", "use": "sig"}, auto_kid=True)

    def jwks(self) -> dict[str, Any]:
        """The public key as a JWKS document."""
        return {"keys": [self._key.as_dict(private=False)]}

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

    def sign(self, claims: dict[str, Any]) -> str:
        """A compact JWS of these claims."""
        header = {"alg": "RS256", "typ": "JWT", "kid": self._key.kid}
        return jwt.encode(header, claims, self._key)

    def read(self, token: str) -> dict[str, Any] | None:
        """The claims of a token signed here, expired or not; None for any other."""
        try:
            return dict(jwt.decode(token, self._key, algorithms=["RS256"]).claims)
        except (JoseError, ValueError):
            return None

    def _common(self, person: DemoPerson, granted: Granted) -> dict[str, Any]:
        now = int(self._clock.now().timestamp())
        return {
            "iss": self._config.issuer,
            "sub": person.subject,
            "azp": self._config.client,
            "iat": now,
            "exp": now + TOKEN_SECONDS,
            "jti": secrets.token_urlsafe(12),
            "auth_time": granted.auth_time,
            "acr": str(granted.level),
            "sid": granted.sid,
            "name": person.name,
            "preferred_username": person.username,
        }
