"""Is the key that seals the bureau's own? Asked before anything sealed by it is kept.

A bureau's rows hold a check value for each of its keys: a name that follows from the key (or the key
server's version), and 32 known bytes wrapped by it. Another bureau's key, or one made anew, has another name
or does not open them. What is opened needs no such check: it opens by the key that sealed it, or not at all;
where it does not, the check tells whether the key is to blame.

A check is asked of the database once a process and key; a provider that failed is asked again.
"""

import hashlib
from weakref import WeakKeyDictionary

from sqlalchemy.ext.asyncio import AsyncConnection

from policies.errors import Problem
from tenants.errors import OtherProvider, SealBroken
from tenants.key_errors import KeyStillRight, SharedKey, WrongKey
from tenants.scope import Scope
from tenants.sealing import KeyProvider, provider_of
from tenants.secrecy_rows import KeyCheck
from tenants.stores import key_checks, rewraps

PROBES = 5  # wrapped keys tried, the newest first, where a deployment had no check values yet
# (bureau, version) of the keys found right, by provider of this process
_right: WeakKeyDictionary[KeyProvider, set[tuple[str, str]]] = WeakKeyDictionary()


class CheckedKeys:
    """A KeyProvider that wraps by a bureau's own key only, and keeps its check value at the first use.

    Args:
        db: transaction in the database the bureau lives in; a first use writes there.
        scope: who asks. keys: the provider.
    """

    def __init__(self, db: AsyncConnection, scope: Scope, keys: KeyProvider) -> None:
        self._db, self._scope, self._keys = db, scope, keys
        self.kind = keys.kind

    async def wrap(self, bureau: str, key: bytes) -> bytes:
        """Wrap a 32-byte data key.

        Raises:
            WrongKey: the present key is not the bureau's. NoKey, BadKey: it is gone, or none.
        """
        if not await self.used(bureau):
            await self._keys.make(bureau)
        return await self._wrap(bureau, key)

    async def unwrap(self, bureau: str, blob: bytes) -> bytes:
        """Undo `wrap`. Raises WrongKey where the key is to blame, SealBroken where the bytes are."""
        try:
            return await self._keys.unwrap(bureau, blob)
        except OtherProvider:
            raise
        except SealBroken:
            await self._blame(bureau, blob)
            raise

    async def fresh(self, bureau: str, blob: bytes) -> bool:
        """True when a wrapped key is under the provider's present key."""
        return await self._keys.fresh(bureau, blob)

    async def make(self, bureau: str) -> None:
        """Make the bureau's key, unless it has one, or had one that is gone."""
        if not await self.used(bureau):
            await self._keys.make(bureau)

    async def mark(self, bureau: str, blob: bytes) -> str:
        """The name of the key that wrapped `blob`."""
        return await self._keys.mark(bureau, blob)

    async def descends(self, bureau: str, blob: bytes) -> bool:
        """Whether the present key wrapped `blob`, or follows the one that did."""
        return await self._keys.descends(bureau, blob)

    def twin(self, bureau: str) -> str:
        """Another bureau whose key is the same."""
        return self._keys.twin(bureau)

    async def check(self, bureau: str) -> str:
        """Is the present key the bureau's? Keeps the check value where there is none yet.

        Returns:
            The key's name.

        Raises:
            WrongKey, NoKey, BadKey: as `wrap`; none is made here.
        """
        self._forget(bureau)
        blob = await self._wrap(bureau, known(bureau))
        return await self._keys.mark(bureau, blob)

    async def accept(self, bureau: str) -> str:
        """Take the present key as the bureau's from now on, a new one where there is none.

        Returns:
            The key's name.

        Raises:
            KeyStillRight: it is the bureau's already. SharedKey: it is another bureau's.
        """
        await self._keys.make(bureau)
        blob = await self._keys.wrap(bureau, known(bureau))
        version = await self._keys.mark(bureau, blob)
        rows = {one.version: one.blob for one in await self._rows(bureau, self.kind)}
        if version in rows and await self._opens(bureau, rows[version]):
            raise KeyStillRight(version, bureau=bureau)
        self._refuse_twin(bureau)
        await key_checks.add(self._db, self._scope, self.kind, version, blob)
        self._forget(bureau)
        return version

    async def drop_others(self, bureau: str) -> None:
        """The former keys are the bureau's no longer: only the present one counts from now on."""
        present = await self.check(bureau)
        for one in await self._rows(bureau, self.kind):
            if one.version != present:
                await key_checks.add(self._db, self._scope, self.kind, one.version, one.blob, "dropped")
        self._forget(bureau)

    async def used(self, bureau: str) -> bool:
        """Whether the present provider wrapped anything for the bureau: then its key is never made anew."""
        if any(code == bureau for code, _ in _right.get(self._keys, ())):
            return True
        return bool(await self._rows(bureau, self.kind) or await self._wrapped(bureau))

    async def _wrap(self, bureau: str, key: bytes) -> bytes:
        try:
            blob = await self._keys.wrap(bureau, key)
            await self._vouch(bureau, await self._keys.mark(bureau, blob))
        except Problem:
            self._forget(bureau)  # a server that failed may come back as another
            raise
        return blob

    async def _vouch(self, bureau: str, version: str) -> None:
        right = _right.setdefault(self._keys, set())
        if (bureau, version) in right:
            return
        rows = {one.version: one.blob for one in await self._rows(bureau, self.kind)}
        if version not in rows:
            await self._keep_first(bureau, version, list(rows.values()))
        elif await self._opens(bureau, rows[version]):
            right.add((bureau, version))
        else:
            raise WrongKey(bureau=bureau, provider=self.kind)

    async def _keep_first(self, bureau: str, version: str, others: list[bytes]) -> None:
        """A key not heard of: the first one, or it follows one that is known; else it is none of theirs."""
        proofs = others or await self._wrapped(bureau)
        if not proofs:
            self._refuse_twin(bureau)
        elif not await self._follows(bureau, proofs):
            raise WrongKey(bureau=bureau, provider=self.kind)
        blob = await self._keys.wrap(bureau, known(bureau))
        if await self._keys.mark(bureau, blob) != version:  # changed under our hands
            raise WrongKey(bureau=bureau, provider=self.kind)
        if bureau == self._scope.bureau:  # a superior reads a bureau's rows, it writes none
            await key_checks.add(self._db, self._scope, self.kind, version, blob)

    async def _blame(self, bureau: str, blob: bytes) -> None:
        """Raises WrongKey when none of the bureau's checks opens by the key that is there."""
        kind = provider_of(blob)
        rows = await self._rows(bureau, kind)
        for one in rows:
            if await self._opens(bureau, one.blob):
                return
        if rows:
            raise WrongKey(bureau=bureau, provider=kind)

    async def _follows(self, bureau: str, proofs: list[bytes]) -> bool:
        for one in proofs:
            if await self._keys.descends(bureau, one):
                return True
        return False

    async def _opens(self, bureau: str, blob: bytes) -> bool:
        try:
            return await self._keys.unwrap(bureau, blob) == known(bureau)
        except SealBroken:
            return False

    async def _rows(self, bureau: str, kind: str) -> tuple[KeyCheck, ...]:
        return await key_checks.kept(self._db, self._scope, bureau, kind)

    async def _wrapped(self, bureau: str) -> list[bytes]:
        """The newest of the data keys this provider wrapped for the bureau."""
        found = await rewraps.wrapped(self._db, self._scope, bureau)
        return [blob for _, blob in reversed(found) if provider_of(blob) == self.kind][:PROBES]

    def _refuse_twin(self, bureau: str) -> None:
        if self._keys.twin(bureau):
            raise SharedKey(bureau=bureau, provider=self.kind)

    def _forget(self, bureau: str) -> None:
        right = _right.get(self._keys, set())
        right -= {one for one in right if one[0] == bureau}


def known(bureau: str) -> bytes:
    """What a check value holds: no secret, so it tells nothing when it is opened."""
    return hashlib.sha256(b"shuangsui key check\x00" + bureau.encode()).digest()
