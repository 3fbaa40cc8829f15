"""Tokens at rest: sealed with the number in the browser's cookie, which Redis never holds.

Whoever reads Redis, or a backup of it, gets no token that could be used at the identity service.
"""

import hashlib
import json
import secrets
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12
_LABEL = b"shuangsui session tokens v1"


def seal_tokens(sid: str, tokens: dict[str, Any]) -> bytes:
    """AES-256-GCM; `sid` is the cookie's random number, 256 bits, so a plain hash makes the key."""
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(_cipher_key(sid)).encrypt(nonce, json.dumps(tokens).encode(), _LABEL)


def open_tokens(sid: str, sealed: bytes) -> dict[str, Any] | None:
    """What was sealed under this number; None if it was not, or was changed."""
    try:
        plain = AESGCM(_cipher_key(sid)).decrypt(sealed[:_NONCE], sealed[_NONCE:], _LABEL)
    except (InvalidTag, ValueError):
        return None
    found = json.loads(plain)
    return found if isinstance(found, dict) else None


def _cipher_key(sid: str) -> bytes:
    return hashlib.sha256(_LABEL + b"\0" + sid.encode()).digest()
