"""Where the identity service stands. A real Keycloak and the embedded provider differ here only."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from services.identity.errors import ProviderRefused
from services.settings import LOOPBACK, Settings


@dataclass(frozen=True, slots=True)
class IdentityConfig:
    """Addresses and names of one OpenID Connect client.

    Attributes:
        base: address of Keycloak, or of this site when the provider is embedded; no trailing slash.
        public_url: address of this site as browsers see it; no trailing slash.
        embedded: this process answers as the identity service.
    """

    base: str
    realm: str
    client: str
    public_url: str
    embedded: bool
    secret: str | None = field(default=None, repr=False)

    @property
    def issuer(self) -> str:
        """The `iss` every token must carry."""
        return f"{self.base}/realms/{self.realm}"

    @property
    def redirect_uri(self) -> str:
        """Where the browser comes back to after login."""
        return f"{self.public_url}/login/callback"

    @property
    def secure(self) -> bool:
        """Cookies may be marked Secure."""
        return self.public_url.startswith("https://")

    @property
    def session_cookie(self) -> str:
        """Name of the session's cookie; with TLS the prefix binds it to this very host."""
        return "__Host-shuangsui" if self.secure else self.cookie("session")

    def cookie(self, what: str) -> str:
        """Name of a cookie of this site; browsers mix up ports, two demonstrations must not."""
        port = urlsplit(self.public_url).port
        return f"shuangsui-{what}-{port}" if port else f"shuangsui-{what}"

    @classmethod
    def from_settings(cls, settings: Settings) -> "IdentityConfig":
        """Keycloak where KEYCLOAK_URL is set, else the embedded provider.

        Raises:
            ProviderRefused: neither a Keycloak, nor a demonstration on loopback.
        """
        public = settings.public_url.rstrip("/")
        embedded = settings.keycloak_url is None
        if embedded:
            refuse_unless_demo(settings.demo, settings.host, public)
        return cls(
            base=(settings.keycloak_url or public).rstrip("/"),
            realm=settings.keycloak_realm,
            client=settings.keycloak_client,
            secret=settings.keycloak_secret,
            public_url=public,
            embedded=embedded,
        )


def refuse_unless_demo(demo: bool, host: str, public_url: str) -> None:
    """The embedded provider's condition, checked before anything listens.

    Raises:
        ProviderRefused: not a demonstration, or reachable from elsewhere.
    """
    seen = (urlsplit(public_url).hostname or "").lower()
    if not demo:
        raise ProviderRefused("SHUANGSUI_DEMO≠1")
    if host.lower() not in LOOPBACK or seen not in LOOPBACK:
        raise ProviderRefused(f"HOST={host} PUBLIC_URL={public_url}")
