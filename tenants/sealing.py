"""Sealing of lists: a data key per draw, wrapped by the bureau's key, bound to bureau, draw and row.

Every row is padded to whole blocks first: a long company name would otherwise show in the length of the
ciphertext which of the listed sites was drawn.
"""

import os
import secrets
from pathlib import Path
from typing import Protocol

import rfc8785
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from tenants.errors import BadKey, NoKey, OtherProvider, SealBroken

_NONCE = 12
_KEY = 32  # bytes
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

    async def wrap(self, bureau: str, key: bytes) -> bytes:
        """Wrap a 32-byte data key."""
        ...

    async def unwrap(self, bureau: str, blob: bytes) -> bytes:
        """Undo `wrap`. Raises SealBroken, OtherProvider or NoKey."""
        ...

    async def fresh(self, bureau: str, blob: bytes) -> bool:
        """True when a wrapped key is under the provider's present key: nothing to wrap anew."""
        ...


class LocalFileKeys:
    """Keys in a folder, one file a bureau, readable by the server's user only."""

    kind = "local"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def wrap(self, bureau: str, key: bytes) -> bytes:
        """Wrap a data key; makes the bureau's key at first use."""
        return _encrypt(self._key(bureau, make=True), key, ["wrap", bureau])

    async def unwrap(self, bureau: str, blob: bytes) -> bytes:
        """Unwrap a data key.

        Raises:
            NoKey, BadKey: the file is gone, or holds no key. SealBroken: it is another key. OtherProvider: a
                key server wrapped it.
        """
        if provider_of(blob) != self.kind:
            raise OtherProvider(provider_of(blob), present=self.kind)
        try:
            return _decrypt(self._key(bureau, make=False), blob, ["wrap", bureau])
        except SealBroken:
            if (former := self._former(bureau)) is None:
                raise
            return _decrypt(former, blob, ["wrap", bureau])

    async def fresh(self, bureau: str, blob: bytes) -> bool:
        """True when the key of this day opens it, not the one before a rotation."""
        try:
            _decrypt(self._key(bureau, make=False), blob, ["wrap", bureau])
        except SealBroken:
            return False
        return True

    def rotate(self, bureau: str) -> bool:
        """Make a new key; the former one opens what it wrapped until `retire`. False while one waits."""
        self._key(bureau, make=True)
        path, former = self._folder / f"{bureau}.key", self._folder / f"{bureau}.key.former"
        try:
            os.link(path, former)
        except FileExistsError:
            return False
        _make_key(path, over=True)
        return True

    def waiting(self, bureau: str) -> bool:
        """Whether the key from before a rotation is still there."""
        return bureau.isalnum() and (self._folder / f"{bureau}.key.former").exists()

    def retire(self, bureau: str) -> bool:
        """Drop the key from before a rotation, once nothing is wrapped by it. True when there was one."""
        there = self.waiting(bureau)
        if there:
            (self._folder / f"{bureau}.key.former").unlink()
        return there

    def _former(self, bureau: str) -> bytes | None:
        try:
            return (self._folder / f"{bureau}.key.former").read_bytes()
        except FileNotFoundError:
            return None

    def _key(self, bureau: str, *, make: bool) -> bytes:
        if not bureau.isalnum():
            raise NoKey(bureau=bureau)
        path = self._folder / f"{bureau}.key"
        if make and not path.exists():
            _make_key(path)
        try:
            key = path.read_bytes()
        except FileNotFoundError:
            raise NoKey(bureau=bureau) from None
        except OSError as error:
            raise BadKey(type(error).__name__, bureau=bureau) from None
        if len(key) != _KEY:  # half a key would still fail later, in words about the ciphertext
            raise BadKey(len(key), bureau=bureau)
        return key


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
    return _encrypt(data_key, (plaintext + _END).ljust(size, b"\0"), [bureau, draw_no, row])


def unseal(data_key: bytes, blob: bytes, *, bureau: str, draw_no: int, row: str) -> bytes:
    """Undo `seal`. Raises SealBroken when key, place or bytes differ."""
    plain, end, zeros = _decrypt(data_key, blob, [bureau, draw_no, row]).rpartition(_END)
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


def _encrypt(key: bytes, plaintext: bytes, place: list[str | int]) -> bytes:
    nonce = secrets.token_bytes(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plaintext, rfc8785.dumps(place))


def _decrypt(key: bytes, blob: bytes, place: list[str | int]) -> bytes:
    try:
        return AESGCM(key).decrypt(blob[:_NONCE], blob[_NONCE:], rfc8785.dumps(place))
    except (InvalidTag, ValueError):
        raise SealBroken() from None


def _make_key(path: Path, *, over: bool = False) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    spare = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    handle = os.open(spare, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(32))
        file.flush()
        os.fsync(file.fileno())
    if over:
        spare.replace(path)
        return
    try:
        os.link(spare, path)  # the first of two makers wins; the other reads the winner's key
    except FileExistsError:
        pass
    finally:
        spare.unlink()
