"""Where bureaus' keys live: a folder of this machine, or an OpenBao server."""

from services.keys.openbao import OpenBaoKeys
from services.keys.token import KeyToken
from services.settings import Settings
from tenants.sealing import KeyProvider, LocalFileKeys


def key_provider(settings: Settings) -> KeyProvider:
    """The provider the operator named (KEY_PROVIDER); nothing is asked of it before the first key."""
    if settings.key_provider == "local" or settings.openbao_url is None:
        return LocalFileKeys(settings.home.keys)
    token = KeyToken(settings.openbao_token, settings.openbao_token_file)
    return OpenBaoKeys(settings.openbao_url, token, mount=settings.openbao_mount, ca=settings.openbao_ca)
