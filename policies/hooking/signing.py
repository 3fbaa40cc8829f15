"""Signatures of webhooks: HMAC-SHA256 over id, moment and the very bytes that are sent.

Basis: Standard Webhooks 1.0.0 (symmetric, `v1`): the signed text is `id.timestamp.body`; a secret is `whsec_`
and 24 to 64 bytes in base64; while a secret is changed, both signatures stand side by side.
"""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from datetime import timedelta

PREFIX, BYTES = "whsec_", 32
OVERLAP = timedelta(days=1)  # how long the former secret signs beside the new one


def secret_of(key: bytes) -> str:
    """A secret as the receiver is given it. Raises ValueError: not 24 to 64 bytes."""
    if not 24 <= len(key) <= 64:
        raise ValueError(len(key))
    return PREFIX + base64.b64encode(key).decode()


def headers_of(id: str, seconds: int, body: bytes, secrets: Sequence[str]) -> dict[str, str]:
    """The three headers of a delivery.

    Args:
        id: of the message; the same at every try. seconds: Unix time of this try.
        secrets: those in force, the newest first.
    """
    return {
        "webhook-id": id,
        "webhook-timestamp": str(seconds),
        "webhook-signature": " ".join(f"v1,{_signature(id, seconds, body, one)}" for one in secrets),
    }


def _signature(id: str, seconds: int, body: bytes, secret: str) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    made = hmac.new(key, f"{id}.{seconds}.".encode() + body, hashlib.sha256).digest()
    return base64.b64encode(made).decode()
