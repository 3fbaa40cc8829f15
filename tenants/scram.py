"""SCRAM-SHA-256 verifiers made here, so that no password travels to the server in the clear."""

import base64
import hashlib
import hmac
import secrets

_ROUNDS = 4096


def verifier(password: str, salt: bytes | None = None) -> str:
    """PostgreSQL's stored form of a password.

    Args:
        password: ASCII only; SASLprep then changes nothing.
        salt: 16 bytes; random when not given.

    Basis: RFC 5802 section 3, RFC 7677.
    """
    salt = salt or secrets.token_bytes(16)
    salted = hashlib.pbkdf2_hmac("sha256", password.encode("ascii"), salt, _ROUNDS)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    first, second, third = (base64.b64encode(part).decode() for part in (salt, stored, server))
    return f"SCRAM-SHA-256${_ROUNDS}:{first}${second}:{third}"
