"""The log's own signing key: made at first start, kept under `keys/`, never replaced.

Losing it ends the log: witnesses and verifiers know its public half. Back it up with the database.
"""

from policies.rd1.canonical import sha256
from policies.rd1.logs_notes import LOG_KEY, Signer
from services.home import Home

FILE = "log-signing-key"


def log_signer(home: Home, origin: str) -> Signer:
    """The signer named `origin` (the log's name); two processes at once get the same key."""
    seed = sha256_seed(home.secret(FILE))
    return Signer(origin, LOG_KEY, seed)


def sha256_seed(secret: str) -> bytes:
    """32-byte Ed25519 seed of the kept secret (256 random bits as text)."""
    return sha256(b"shuangsui/log-key/" + secret.encode())
