"""A secret sealed to the superior's X25519 key: only the superior's device can open it.

Form: 0x01 ‖ ephemeral public key (32 bytes) ‖ AES-256-GCM ciphertext. The key comes from HKDF-SHA-256
over the shared secret with both public keys and the context, and is used once, so the nonce is zero.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from services.outside.errors import CopyUnreadable

VERSION = b"\x01"
NONCE = bytes(12)


def escrow_context(bureau: str, draw_no: int, role: str) -> bytes:
    """What a sealed copy is bound to: it opens for this draw and role only."""
    return f"rd1/escrow-copy/{bureau}/{draw_no}/{role}".encode()


def seal_to(public: bytes, plain: bytes, context: bytes) -> bytes:
    """Seal `plain` to the X25519 public key (32 bytes), bound to `context`."""
    one_use = X25519PrivateKey.generate()
    mine = one_use.public_key().public_bytes_raw()
    shared = one_use.exchange(X25519PublicKey.from_public_bytes(public))
    return VERSION + mine + AESGCM(_key(shared, mine, public, context)).encrypt(NONCE, plain, context)


def open_sealed(private: X25519PrivateKey, blob: bytes, context: bytes) -> bytes:
    """Open a sealed copy.

    Raises:
        CopyUnreadable: another key, another context, or damaged bytes.
    """
    if len(blob) < 49 or blob[:1] != VERSION:
        raise CopyUnreadable(f"{len(blob)} bytes")
    theirs, public = blob[1:33], private.public_key().public_bytes_raw()
    shared = private.exchange(X25519PublicKey.from_public_bytes(theirs))
    try:
        return AESGCM(_key(shared, theirs, public, context)).decrypt(NONCE, blob[33:], context)
    except InvalidTag:
        raise CopyUnreadable(f"{len(blob)} bytes") from None


def _key(shared: bytes, one_use: bytes, public: bytes, context: bytes) -> bytes:
    info = b"shuangsui/seal/1" + one_use + public + context
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(shared)
