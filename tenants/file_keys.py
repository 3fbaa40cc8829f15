"""Bureaus' keys in a folder, one file a bureau: made at first use, rotated, told apart."""

import hashlib
import hmac
import os
import secrets
from contextlib import suppress
from pathlib import Path

import rfc8785

from policies.room import needs_room
from tenants.errors import BadKey, NoKey, OtherProvider, SealBroken
from tenants.sealing import decrypt, encrypt, provider_of

KEY = 32  # bytes
MARK = 16  # bytes of a key's mark


class LocalFileKeys:
    """Keys in a folder, one file a bureau, readable by the server's user only."""

    kind = "local"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def make(self, bureau: str) -> None:
        """Make the bureau's key at first use. Raises NoKey: not a bureau; NoRoom: the disk is full."""
        path = self._path(bureau)
        if not path.exists():
            _keep(path, secrets.token_bytes(KEY))

    async def wrap(self, bureau: str, key: bytes) -> bytes:
        """Wrap a data key. Raises NoKey, BadKey: the bureau's file is not there, or holds no key."""
        return encrypt(self._key(bureau), key, ["wrap", bureau])

    async def unwrap(self, bureau: str, blob: bytes) -> bytes:
        """Unwrap a data key.

        Raises:
            NoKey, BadKey: the file is gone, or holds no key. SealBroken: it is another key. OtherProvider: a
                key server wrapped it.
        """
        return self._opened(bureau, blob)[1]

    async def fresh(self, bureau: str, blob: bytes) -> bool:
        """True when the key of this day opens it, not the one before a rotation."""
        return _opens(self._key(bureau), bureau, blob)

    async def mark(self, bureau: str, blob: bytes) -> str:
        """A MAC under the key that opens `blob`; the key is 256 random bits, no MAC helps to find it."""
        return _mac(self._opened(bureau, blob)[0], "check", bureau)

    async def descends(self, bureau: str, blob: bytes) -> bool:
        """The present key opens it, or the former does, and said at the rotation which key follows."""
        key, former = self._key(bureau), self._former(bureau)
        if _opens(key, bureau, blob):
            return True
        if former is None or not _opens(former, bureau, blob):
            return False
        with suppress(FileNotFoundError):
            said = self._path(bureau, ".heir").read_text("ascii")
            return hmac.compare_digest(said, _heir(former, bureau, key))
        return False

    def twin(self, bureau: str) -> str:
        """Another bureau whose file holds the same key, or held it before its rotation."""
        key = self._key(bureau)
        for path in sorted((*self._folder.glob("*.key"), *self._folder.glob("*.key.former"))):
            other = path.name.partition(".")[0]
            if other != bureau and path.is_file() and hmac.compare_digest(path.read_bytes(), key):
                return other
        return ""

    def rotate(self, bureau: str) -> bool:
        """Make a new key; the former one opens what it wrapped until `retire`. False while one waits.

        The former says which key follows, before that takes its place: by this a new key is known from one
        that somebody put there, also where a restored database has not heard of it.

        Raises:
            NoKey, BadKey: there is no key to follow; NoRoom: the disk is full, the key stays.
        """
        path, former = self._path(bureau), self._path(bureau, ".former")
        old, new = self._key(bureau), secrets.token_bytes(KEY)
        if former.exists():
            return False
        _keep(self._path(bureau, ".heir"), _heir(old, bureau, new).encode("ascii"), over=True)
        try:
            with needs_room():
                os.link(path, former)
        except FileExistsError:
            return False
        try:
            _keep(path, new, over=True)
        except BaseException:  # nothing was rotated: the next one may try
            former.unlink()
            raise
        return True

    def waiting(self, bureau: str) -> bool:
        """Whether the key from before a rotation is still there."""
        return bureau.isalnum() and self._path(bureau, ".former").exists()

    def retire(self, bureau: str) -> bool:
        """Drop the key from before a rotation, once nothing is wrapped by it. True when there was one."""
        there = self.waiting(bureau)
        if there:
            self._path(bureau, ".former").unlink()
            self._path(bureau, ".heir").unlink(missing_ok=True)
        return there

    def _opened(self, bureau: str, blob: bytes) -> tuple[bytes, bytes]:
        """The key that opens a wrapped key, and what it holds."""
        if provider_of(blob) != self.kind:
            raise OtherProvider(provider_of(blob), present=self.kind)
        key = self._key(bureau)
        try:
            return key, decrypt(key, blob, ["wrap", bureau])
        except SealBroken:
            if (former := self._former(bureau)) is None:
                raise
            return former, decrypt(former, blob, ["wrap", bureau])

    def _former(self, bureau: str) -> bytes | None:
        try:
            return self._path(bureau, ".former").read_bytes()
        except FileNotFoundError:
            return None

    def _path(self, bureau: str, end: str = "") -> Path:
        if not bureau.isalnum():
            raise NoKey(bureau=bureau)
        return self._folder / f"{bureau}.key{end}"

    def _key(self, bureau: str) -> bytes:
        try:
            key = self._path(bureau).read_bytes()
        except FileNotFoundError:
            raise NoKey(bureau=bureau) from None
        except OSError as error:
            raise BadKey(type(error).__name__, bureau=bureau) from None
        if len(key) != KEY:  # half a key would still fail later, in words about the ciphertext
            raise BadKey(len(key), bureau=bureau)
        return key


def _opens(key: bytes, bureau: str, blob: bytes) -> bool:
    try:
        decrypt(key, blob, ["wrap", bureau])
    except SealBroken:
        return False
    return True


def _mac(key: bytes, *said: str) -> str:
    return hmac.digest(key, rfc8785.dumps(list(said)), hashlib.sha256)[:MARK].hex()


def _heir(former: bytes, bureau: str, key: bytes) -> str:
    """What the former key says of the one that follows it."""
    return hmac.digest(former, rfc8785.dumps(["heir", bureau]) + key, hashlib.sha256).hex()


def _keep(path: Path, content: bytes, *, over: bool = False) -> None:
    """Put a file into the folder whole or not at all; without `over` the first of two makers wins."""
    spare = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    try:
        with needs_room():
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            handle = os.open(spare, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            if over:
                spare.replace(path)
                return
            with suppress(FileExistsError):
                os.link(spare, path)
    finally:
        spare.unlink(missing_ok=True)
