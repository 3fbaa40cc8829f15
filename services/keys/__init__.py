"""Where bureaus' keys live: a folder of this machine, or an OpenBao server."""

from services.keys.aside import Aside
from services.keys.both import Both
from services.keys.openbao import OpenBaoKeys
from services.keys.token import KeyToken
from services.settings import Settings
from tenants.file_keys import LocalFileKeys
from tenants.sealing import KeyProvider


def key_provider(settings: Settings) -> KeyProvider:
    """The provider the operator named (KEY_PROVIDER); nothing is asked of it before the first key.

    Where a key server is configured too, what the other provider wrapped still opens: keys move from one to
    the other (`shuangsui keys rewrap`) while the site runs.
    """
    local = LocalFileKeys(settings.home.keys)
    if settings.openbao_url is None or not (settings.openbao_token or settings.openbao_token_file):
        return local
    token = KeyToken(settings.openbao_token, settings.openbao_token_file)
    server = OpenBaoKeys(settings.openbao_url, token, mount=settings.openbao_mount, ca=settings.openbao_ca)
    bao = Aside(server)
    return Both(bao, local) if settings.key_provider == "openbao" else Both(local, bao)
