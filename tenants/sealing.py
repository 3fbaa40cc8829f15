"""Sealing of lists: a data key per draw, wrapped by the bureau's key, bound to bureau, draw and row.

Every row is padded to whole blocks first: a long company name would otherwise show in the length of the
ciphertext which of the listed sites was drawn.
"""

import secrets
from typing import Protocol

import rfc8785
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tenants.errors import SealBroken

_NONCE = 12
BLOCK = 4096  # bytes; a drawn visit with its team fits in one
_TRANSIT = b"vault:v"
_END = b"\x80"  # marks the end of the plaintext, zeros follow


class KeyProvider(Protocol):
    """Wraps data keys with a bureau's own key, which never leaves the provider.

    All are awaited, since a provider may sit on another machine; none may hold up the event loop.
    """

    @property
    def kind(self) -> str:
        """What the operator calls it, e.g. "local"."""
        ...

    async def make(self, bureau: str) -> None:
        """Make the bureau's key, unless there is one."""
        ...

    async def wrap(self, bureau: str, key: bytes) -> bytes:
        """Wrap a 32-byte data key. Raises NoKey where the bureau's key was not made, or is gone."""
        ...

    async def unwrap(self, bureau: str, blob: bytes) -> bytes:
        """Undo `wrap`. Raises SealBroken, OtherProvider or NoKey."""
        ...

    async def fresh(self, bureau: str, blob: bytes) -> bool:
        """True when a wrapped key is under the provider's present key: nothing to wrap anew."""
        ...

    async def mark(self, bureau: str, blob: bytes) -> str:
        """A name for the one of the bureau's keys that wrapped `blob`, which tells nothing of it.

        Raises SealBroken when none of them did.
        """
        ...

    async def descends(self, bureau: str, blob: bytes) -> bool:
        """Whether the present key wrapped `blob`, or follows the one that did by the provider's rotation."""
        ...

    def twin(self, bureau: str) -> str:
        """Another bureau whose key is the same; "" where there is none, or where that cannot be."""
        ...


def provider_of(blob: bytes) -> str:
    """Which kind of provider wrapped a key: Transit's ciphertexts begin in a way ours never do."""
    return "openbao" if blob.startswith(_TRANSIT) else "local"


def new_data_key() -> bytes:
    """32 random bytes for one draw."""
    return secrets.token_bytes(32)


def seal(data_key: bytes, plaintext: bytes, *, bureau: str, draw_no: int, row: str, blocks: int = 1) -> bytes:
    """AES-256-GCM over the padded plaintext: nonce ‖ ciphertext ‖ tag.

    Associated data is the JCS of [bureau, draw_no, row].

    Args:
        blocks: least number of blocks; rows that must look alike are given the number of the longest.
    """
    size = max(blocks, blocks_of(plaintext)) * BLOCK
    return encrypt(data_key, (plaintext + _END).ljust(size, b"\0"), [bureau, draw_no, row])


def unseal(data_key: bytes, blob: bytes, *, bureau: str, draw_no: int, row: str) -> bytes:
    """Undo `seal`. Raises SealBroken when key, place or bytes differ."""
    plain, end, zeros = decrypt(data_key, blob, [bureau, draw_no, row]).rpartition(_END)
    if not end or zeros.strip(b"\0"):
        raise SealBroken()
    return plain


def blocks_of(plaintext: bytes) -> int:
    """Blocks a plaintext takes, its end mark included."""
    return len(plaintext) // BLOCK + 1


def length_of(sealed: int) -> int:
    """Blocks of a sealed row of so many bytes."""
    return max(1, sealed // BLOCK)


def part_row(part: str) -> str:
    """Row name of a sealed part of a draw."""
    return f"part/{part}"


def task_row(slot: int) -> str:
    """Row name of a sealed task."""
    return f"task/{slot}"


def rewrite_row(slot: int, n: int) -> str:
    """Row name of a task sealed anew after event `n`."""
    return f"task/{slot}/{n}"


def change_row(n: int) -> str:
    """Row name of a proposed change."""
    return f"change/{n}"


def event_row(n: int) -> str:
    """Row name of a sealed event."""
    return f"event/{n}"


def commit_row(role: str) -> str:
    """Row name of a secret handed over after the beacon."""
    return f"commit/{role}"


def encrypt(key: bytes, plaintext: bytes, place: list[str | int]) -> bytes:
    """AES-256-GCM with the JCS of `place` as associated data: nonce ‖ ciphertext ‖ tag."""
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plaintext, rfc8785.dumps(place))


def decrypt(key: bytes, blob: bytes, place: list[str | int]) -> bytes:
    """Undo `encrypt`. Raises SealBroken when key, place or bytes differ."""
    try:
        return AESGCM(key).decrypt(blob[:_NONCE], blob[_NONCE:], rfc8785.dumps(place))
    except (InvalidTag, ValueError):
        raise SealBroken() from None
