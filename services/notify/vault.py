"""What is secret of channels and personal of people: sealed by a key of the bureau, opened to send only."""

import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256

from sqlalchemy.ext.asyncio import AsyncConnection

from tenants import sealed
from tenants.errors import SealBroken
from tenants.key_checks import CheckedKeys
from tenants.scope import Scope
from tenants.sealing import KeyProvider, decrypt, encrypt
from tenants.stores import notify_channels

BLOCK = 256  # bytes: the length of an address tells nothing


class Vault:
    """Seals and opens within one transaction; what is sealed opens in its own place only.

    Args:
        db: transaction in the database the bureau lives in; the first use writes there.
        scope: of the bureau. keys: the provider of the bureau's key.
    """

    def __init__(self, db: AsyncConnection, scope: Scope, keys: KeyProvider) -> None:
        self._db, self._scope, self._keys = db, scope, keys
        self._held: bytes | None = None

    async def seal(self, place: str, words: Mapping[str, str], at: datetime) -> bytes:
        """Seal words for a place, e.g. "channel/<id>". Raises WrongKey: the key is not the bureau's."""
        key = await self._key(at)
        plain = json.dumps(dict(words), ensure_ascii=False).encode()
        return encrypt(key, plain.ljust(-(-len(plain) // BLOCK) * BLOCK), self._bound(place))

    async def open(self, place: str, blob: bytes) -> dict[str, str]:
        """Undo `seal`. Raises SealBroken: other bytes, another place, another key."""
        found = json.loads(decrypt(await self._key(None), bytes(blob), self._bound(place)))
        return {str(name): str(value) for name, value in found.items()}

    async def mark(self, place: str, digest: str, at: datetime) -> str:
        """A keyed fingerprint of a digest, in hex: equal for equal ones, telling nothing without the key."""
        bound = "\0".join(str(part) for part in self._bound(place))
        return hmac.new(await self._key(at), f"mark\0{bound}\0{digest}".encode(), sha256).hexdigest()

    def _bound(self, place: str) -> list[str | int]:
        return ["notify", self._scope.bureau, place]

    async def _key(self, at: datetime | None) -> bytes:
        if self._held is None:
            checked = CheckedKeys(self._db, self._scope, self._keys)
            wrapped = await notify_channels.wrapped(self._db, self._scope)
            if wrapped is None:
                wrapped = await self._made(at)
            self._held = await checked.unwrap(self._scope.bureau, wrapped)
        return self._held

    async def _made(self, at: datetime | None) -> bytes:
        if at is None:
            raise SealBroken()
        await sealed.share_keys(self._db, self._scope.bureau)
        _, made = await sealed.make_key(self._db, self._scope, self._keys)
        await notify_channels.keep_key(self._db, self._scope, made, at)
        kept = await notify_channels.wrapped(self._db, self._scope)  # of two at once the first
        return kept if kept is not None else made


def channel_place(id: object) -> str:
    """Where a channel's secrets belong."""
    return f"channel/{id}"


def person_place(subject: str, kind: str) -> str:
    """Where a person's address of a kind belongs."""
    return f"person/{subject}/{kind}"
