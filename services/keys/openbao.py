"""Data keys wrapped by OpenBao Transit: a key per bureau, which never leaves that server.

Every bureau has a Transit key of its own, derived by a context that names the bureau once more: a wrapped key
copied to another bureau's draw does not open, even for an operator who points two bureaus at one key.
The context takes the place of associated data, with which Transit does not wrap anew after a rotation.
"""

import ssl
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import rfc8785

from services.keys.errors import KeyFailed, KeysRefused, KeysUnavailable
from services.keys.token import KeyToken
from tenants.errors import NoKey, OtherProvider, SealBroken

SECONDS = 3  # one small answer from the next machine; a page must not hang on a server that is gone
DATA_KEY = 32  # bytes
PREFIX = "shuangsui-"
_BLOB = b"vault:v"  # how Transit's ciphertexts begin


class OpenBaoKeys:
    """A key server over HTTP, blocking: `services.keys.aside` asks it beside the event loop.

    Only 32-byte data keys are sent, never what they seal.

    Args:
        url: address of the server.
        token: may use `<mount>/keys|encrypt|decrypt/shuangsui-*`, see deploy/openbao/policy.hcl.
        mount: where Transit is enabled.
        ca: certificates to trust instead of the machine's.
    """

    kind = "openbao"

    def __init__(self, url: str, token: KeyToken, *, mount: str = "transit", ca: Path | None = None) -> None:
        self._server = urlsplit(url).netloc.rpartition("@")[2]
        self._base = f"{url.rstrip('/')}/v1/{mount}"
        self._token = token
        trust = ssl.create_default_context(cafile=ca)
        self._http = httpx.Client(timeout=SECONDS, trust_env=False, verify=trust)

    @property
    def address(self) -> str:
        """Host and port of the server, never with a password."""
        return self._server

    def make(self, bureau: str) -> None:
        """Make the bureau's key; where there is one that changes nothing, so two first uses may meet.

        Raises:
            KeysUnavailable, KeysRefused: the server; NoKey: not a bureau.
        """
        answer = self._ask("keys", _name(bureau), type="aes256-gcm96", derived=True, exportable=False)
        if not answer.is_success:
            raise self._unusable(answer)

    def wrap(self, bureau: str, key: bytes) -> bytes:
        """Wrap a 32-byte data key; a key that is gone is not made anew.

        Raises:
            KeysUnavailable: the server; KeysRefused: it refuses, or has no such key; ValueError: not a data
                key; NoKey: not a bureau.
        """
        if len(key) != DATA_KEY:
            raise ValueError("only data keys are wrapped")
        name = _name(bureau)
        answer = self._ask("encrypt", name, plaintext=_text(key), context=_context(bureau))
        blob = _field(answer, "ciphertext").encode()
        if answer.status_code != httpx.codes.OK or not blob.startswith(_BLOB):
            raise self._unusable(answer)
        return blob

    def unwrap(self, bureau: str, blob: bytes) -> bytes:
        """Undo `wrap`.

        Raises:
            SealBroken: another bureau's, changed, or not wrapped by this server. NoKey: it has no such key.
            KeysUnavailable, KeysRefused: the server.
        """
        name = _name(bureau)
        if not blob.startswith(_BLOB):
            raise OtherProvider("local", present=self.kind)
        if not blob.isascii():
            raise SealBroken()
        answer = self._ask("decrypt", name, ciphertext=blob.decode("ascii"), context=_context(bureau))
        if answer.status_code == httpx.codes.BAD_REQUEST:
            raise NoKey(bureau=bureau) if "key not found" in answer.text else SealBroken()
        if answer.status_code != httpx.codes.OK:
            raise self._unusable(answer)
        return self._data_key(answer)

    def fresh(self, bureau: str, blob: bytes) -> bool:
        """True when wrapped under the newest version of the bureau's key, which one more wrapping tells."""
        if not blob.startswith(_BLOB):
            return False
        probe = self.wrap(bureau, bytes(DATA_KEY))
        return blob.split(b":", 2)[1] == probe.split(b":", 2)[1]

    def mark(self, bureau: str, blob: bytes) -> str:
        """The key's version, as Transit writes it into each ciphertext, e.g. "v3"."""
        if not blob.startswith(_BLOB):
            raise OtherProvider("local", present=self.kind)
        return blob.split(b":", 2)[1].decode("ascii", "replace")

    def _ask(self, verb: str, name: str, **body: Any) -> httpx.Response:
        headers = {"x-vault-token": self._token.read(), "x-vault-request": "true"}
        try:
            answer = self._http.post(f"{self._base}/{verb}/{name}", json=body, headers=headers)
        except httpx.HTTPError as error:
            raise KeysUnavailable(type(error).__name__, server=self._server) from None
        if answer.status_code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN, httpx.codes.NOT_FOUND):
            raise KeysRefused(answer.status_code, server=self._server, key=name)
        return answer

    def _data_key(self, answer: httpx.Response) -> bytes:
        try:
            key = b64decode(_field(answer, "plaintext"), validate=True)
        except NotBase64:
            key = b""
        if len(key) != DATA_KEY:
            raise KeyFailed("no data key", server=self._server)
        return key

    def _unusable(self, answer: httpx.Response) -> KeysUnavailable:
        """Its words are not told, they may name the key's bytes; only 5xx speaks of the whole server."""
        made = KeysUnavailable if answer.is_server_error else KeyFailed
        return made(answer.status_code, server=self._server)


def _name(bureau: str) -> str:
    """The bureau becomes part of an address. Raises NoKey."""
    if not (bureau.isalnum() and bureau.isascii()):
        raise NoKey(bureau=bureau)
    return f"{PREFIX}{bureau}"


def _context(bureau: str) -> str:
    return _text(rfc8785.dumps(["wrap", bureau]))


def _text(raw: bytes) -> str:
    return b64encode(raw).decode("ascii")


def _field(answer: httpx.Response, name: str) -> str:
    """A text of the answer's `data`; "" when the answer is of another form."""
    try:
        data = answer.json()["data"]
        return str(data.get(name) or "")
    except (ValueError, KeyError, TypeError, AttributeError):
        return ""
